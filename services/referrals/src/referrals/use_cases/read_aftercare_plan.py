from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from referrals import queries
from referrals.models import AftercarePlan


async def read_aftercare_plan(tx: Transaction, plan_id: UUID, *, by: Principal) -> AftercarePlan:
    plan = await queries.get_aftercare_plan(tx, plan_id)
    tx.audit("aftercare.read", subject=plan.client_id, resource=plan.id, by=by)
    return plan
