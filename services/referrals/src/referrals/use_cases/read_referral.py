from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from referrals import queries
from referrals.models import Referral


async def read_referral(tx: Transaction, referral_id: UUID, *, by: Principal) -> Referral:
    referral = await queries.get_referral(tx, referral_id)
    tx.audit("referral.read", subject=referral.client_id, resource=referral.id, by=by)
    return referral
