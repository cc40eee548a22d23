from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from referrals import queries
from referrals.errors import ReferralNotOpen
from referrals.models import Referral
from referrals.rules.referrals import NEXT, ReferralStatus


async def cancel_referral(tx: Transaction, referral_id: UUID, *, reason_code: str, by: Principal) -> Referral:
    referral = await queries.lock_referral(tx, referral_id)
    if ReferralStatus.CANCELLED not in NEXT[referral.status]:
        raise ReferralNotOpen(f"The referral is {referral.status}; it can no longer be cancelled.")
    referral.status, referral.cancel_reason = ReferralStatus.CANCELLED, reason_code
    await tx.save(referral)
    tx.audit("referral.cancel", subject=referral.client_id, resource=referral.id, by=by)
    return referral
