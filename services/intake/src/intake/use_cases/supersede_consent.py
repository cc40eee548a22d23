from uuid import UUID

from shared.auth import Principal
from shared.contracts.intake import ConsentSuperseded
from shared.db import Transaction

from intake import queries
from intake.errors import ConsentNotOpen
from intake.models import Consent
from intake.rules.consents import NEXT, ConsentStatus
from intake.rules.disclosures import OUTLAST


async def supersede_consent(tx: Transaction, consent_id: UUID, *, newer: Consent, by: Principal) -> None:
    """The newer takes its place with its signature: what only the older allowed leaves no more."""
    consent = await queries.lock_consent(tx, consent_id)
    if ConsentStatus.SUPERSEDED not in NEXT[consent.status]:
        raise ConsentNotOpen(f"What this should supersede is {consent.status}: draft it without.")
    consent.status, consent.ended_at = ConsentStatus.SUPERSEDED, tx.now
    await tx.save(consent)
    await tx.stop_timers(subject=consent.id)
    tx.outlast_permits(OUTLAST)
    tx.audit("consent.supersede", subject=consent.client_id, resource=consent.id, consent_id=consent.id, by=by)
    tx.publish(
        ConsentSuperseded(consent_id=consent.id, client_id=consent.client_id, type=consent.type, by_consent_id=newer.id)
    )
