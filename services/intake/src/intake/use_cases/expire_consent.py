from uuid import UUID

from shared.auth import Principal
from shared.contracts.intake import ConsentExpired
from shared.db import Transaction

from intake import queries
from intake.models import Consent
from intake.rules.consents import NEXT, ConsentStatus


async def expire_consent(tx: Transaction, consent_id: UUID, *, by: Principal) -> None:
    """Its date is reached. One that ended otherwise before stays as it ended."""
    await end_consent(tx, await queries.lock_consent(tx, consent_id), by=by)


async def expire_with_treatment(tx: Transaction, client_id: UUID, *, by: Principal) -> None:
    """The last treatment has ended, and with it the consents that were given until then."""
    for consent in await queries.lock_consents_ending_with_treatment(tx, client_id):
        await end_consent(tx, consent, by=by)


async def end_consent(tx: Transaction, consent: Consent, *, by: Principal) -> None:
    if ConsentStatus.EXPIRED not in NEXT[consent.status]:
        return
    consent.status, consent.ended_at = ConsentStatus.EXPIRED, tx.now
    await tx.save(consent)
    await tx.stop_timers(subject=consent.id)
    tx.audit("consent.expire", subject=consent.client_id, resource=consent.id, consent_id=consent.id, by=by)
    tx.publish(ConsentExpired(consent_id=consent.id, client_id=consent.client_id, type=consent.type))
