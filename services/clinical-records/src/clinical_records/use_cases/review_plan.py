from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import PlanState
from clinical_records.rules.plans import NEXT, PlanStatus, objectives
from clinical_records.schemas.plans import PlanOut, PlanReview
from clinical_records.use_cases.number_objectives import number_objectives
from clinical_records.use_cases.open_plan import open_plan


async def review_plan(tx: Transaction, plan_id: UUID, review: PlanReview, *, by: Principal) -> PlanOut:
    """Write the next version of an active plan; the one before is in force until this one is signed."""
    plan = await queries.lock_plan(tx, plan_id)
    if PlanStatus.UNDER_REVIEW not in NEXT[plan.status]:
        raise PlanState(f"The plan is {plan.status}; only an active one is reviewed.")
    known = frozenset(UUID(o["id"]) for o in objectives(plan.body))
    plan.body = number_objectives(tx, review, known=known)
    plan.status, plan.plan_version, plan.author_id = PlanStatus.UNDER_REVIEW, plan.plan_version + 1, by.id
    plan.review_reason, plan.needs_supervisor, plan.supervisor_id = review.reason, False, None
    plan.review_every_days = review.review_every_days or plan.review_every_days
    await tx.save(plan)
    tx.audit("plan.review", subject=plan.client_id, resource=plan.id, by=by)
    return await open_plan(tx, plan)
