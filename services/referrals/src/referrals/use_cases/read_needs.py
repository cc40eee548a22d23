from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from referrals import queries
from referrals.models import Need
from referrals.rules.needs import NeedStatus


async def read_needs(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    status: NeedStatus | None,
    by: Principal,
) -> Page[Need]:
    found = await queries.list_needs(tx, page, client_id=client_id, status=status)
    for need in found.items:
        tx.audit("need.list", subject=need.client_id, by=by)
    return found
