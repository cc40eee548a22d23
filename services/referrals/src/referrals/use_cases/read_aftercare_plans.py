from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from referrals import queries
from referrals.models import AftercarePlan
from referrals.rules.aftercare import AftercareStatus


async def read_aftercare_plans(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    status: AftercareStatus | None,
    by: Principal,
) -> Page[AftercarePlan]:
    found = await queries.list_aftercare_plans(tx, page, client_id=client_id, status=status)
    for plan in found.items:
        tx.audit("aftercare.list", subject=plan.client_id, by=by)
    return found
