from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from referrals import queries
from referrals.use_cases.recheck_referrals import recheck_referrals


async def reach_consent_date(tx: Transaction, consent_id: UUID, *, by: Principal) -> None:
    """A consent given for a later day begins, or one given until a day is over."""
    consent = await queries.lock_consent(tx, consent_id)
    if consent is not None:
        await recheck_referrals(tx, consent.client_id, by=by)
