from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.errors import Early

from referrals import queries
from referrals.rules.referrals import ConsentState
from referrals.use_cases.recheck_referrals import recheck_referrals


async def end_consent(tx: Transaction, consent_id: UUID, *, state: ConsentState, by: Principal) -> None:
    consent = await queries.lock_consent(tx, consent_id)
    if consent is None:
        raise Early(f"consent:{consent_id}")
    consent.state = state
    await tx.save(consent)
    await tx.stop_timers(subject=consent.id)
    await recheck_referrals(tx, consent.client_id, by=by)
