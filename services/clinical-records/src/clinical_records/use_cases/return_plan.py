from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import PlanState
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.plans import NEXT, PlanStatus
from clinical_records.schemas.plans import PlanOut
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.open_plan import open_plan


async def return_plan(tx: Transaction, plan_id: UUID, *, by: Principal) -> PlanOut:
    """Take a plan that awaits signatures back to draft; it will be signed anew."""
    plan = await queries.lock_plan(tx, plan_id)
    if PlanStatus.DRAFT not in NEXT[plan.status]:
        raise PlanState(f"The plan is {plan.status}; only one that awaits signatures is returned.")
    plan.status, plan.needs_supervisor, plan.supervisor_id = PlanStatus.DRAFT, False, None
    await queries.withdraw_signatures(tx, plan.id)
    await close_duties(tx, DutyKind.COSIGN, about=plan.id, reason="returned", by=by)
    await tx.save(plan)
    tx.audit("plan.return", subject=plan.client_id, resource=plan.id, by=by)
    return await open_plan(tx, plan)
