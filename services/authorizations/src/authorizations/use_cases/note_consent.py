from shared.auth import Principal
from shared.contracts.intake import ConsentGranted
from shared.db import Transaction

from authorizations import queries
from authorizations.use_cases.weigh_open_charges import weigh_open_charges


async def note_consent(tx: Transaction, granted: ConsentGranted, *, by: Principal) -> None:
    await queries.keep(
        tx,
        queries.KEEP_CONSENT,
        granted.consent_id,
        client_id=granted.client_id,
        type=granted.type,
        effective_from=granted.effective_from,
        expires_at=granted.expires_at,
    )
    tx.audit(
        "consent.note", subject=granted.client_id, resource=granted.consent_id, by=by, consent_id=granted.consent_id
    )
    await tx.supply(f"consent:{granted.consent_id}")
    await weigh_open_charges(tx, granted.client_id, by=by)
