from datetime import datetime
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.errors import Early

from authorizations import queries
from authorizations.use_cases.weigh_open_charges import weigh_open_charges


async def end_consent(tx: Transaction, consent_id: UUID, client_id: UUID, *, ended_at: datetime, by: Principal) -> None:
    """Revoked or expired: nothing is disclosed on it any more."""
    if not await queries.end_consent(tx, consent_id, ended_at):
        raise Early(f"consent:{consent_id}")
    tx.audit("consent.end", subject=client_id, resource=consent_id, by=by, consent_id=consent_id)
    await weigh_open_charges(tx, client_id, by=by)
