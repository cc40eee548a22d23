from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from referrals import queries
from referrals.models import Referral
from referrals.rules.referrals import ReferralStatus


async def read_referrals(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    status: ReferralStatus | None,
    by: Principal,
) -> Page[Referral]:
    found = await queries.list_referrals(tx, page, client_id=client_id, status=status)
    for referral in found.items:
        tx.audit("referral.list", subject=referral.client_id, by=by)
    return found
