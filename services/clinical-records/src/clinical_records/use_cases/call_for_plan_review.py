from uuid import UUID

from shared.auth import Principal
from shared.contracts.clinical_records import PlanReviewDue
from shared.db import Transaction

from clinical_records import queries
from clinical_records.rules.duties import DutyKind, end_of_day
from clinical_records.rules.plans import PlanStatus
from clinical_records.use_cases.open_duty import open_duty


async def call_for_plan_review(tx: Transaction, plan_id: UUID, *, by: Principal) -> None:
    """The day of the review has come for a plan that is active."""
    plan = await queries.lock_plan(tx, plan_id)
    if plan.status is not PlanStatus.ACTIVE or plan.review_due_on is None:
        return
    tx.publish(PlanReviewDue(plan_id=plan.id, client_id=plan.client_id, due_on=plan.review_due_on))
    await open_duty(
        tx,
        DutyKind.PLAN_REVIEW,
        subject_id=plan.id,
        client_id=plan.client_id,
        due_at=end_of_day(tx.now, await queries.timezone(tx)),
        rule=f"plan.review_every_{plan.review_every_days}_days",
        assignee_id=plan.author_id,
        by=by,
    )
