from uuid import UUID

from shared.auth import Principal
from shared.contracts.tasks import TaskClosed
from shared.db import Transaction

from referrals import queries
from referrals.errors import AftercareDone
from referrals.models import AftercarePlan
from referrals.rules.aftercare import NEXT, AftercareStatus, ContactOutcome


async def record_aftercare_contact(
    tx: Transaction, plan_id: UUID, *, outcome: ContactOutcome, by: Principal
) -> AftercarePlan:
    plan = await queries.lock_aftercare_plan(tx, plan_id)
    if AftercareStatus.DONE not in NEXT[plan.status]:
        raise AftercareDone(f"The follow-up is {plan.status}; only a planned one takes a contact.")
    plan.status, plan.outcome, plan.contacted_at, plan.contacted_by = AftercareStatus.DONE, outcome, tx.now, by.id
    await tx.save(plan)
    tx.audit("aftercare.contact", subject=plan.client_id, resource=plan.id, by=by)
    tx.publish(TaskClosed(task_id=plan.task_id, client_id=plan.client_id, reason=outcome, at=tx.now))
    return plan
