from datetime import date
from uuid import UUID

from privacy import DataClass
from shared.auth import Principal
from shared.contracts.clinical_records import PlanActivated, PlanReviewed
from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import Objective, Plan, PlanEdition
from clinical_records.rules.duties import DutyKind, days_after, start_of
from clinical_records.rules.plans import PlanStatus, objectives
from clinical_records.rules.signing import content_hash
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.find_labels import find_labels


async def activate_plan(tx: Transaction, plan: Plan, *, by: Principal) -> None:
    """Every signature is there: the plan is in force, this version is kept, and the next review is set."""
    zone = await queries.timezone(tx)
    due_on = days_after(tx.now, plan.review_every_days, zone)
    plan.status, plan.activated_at, plan.review_due_on = PlanStatus.ACTIVE, tx.now, due_on
    await tx.add(PlanEdition(
        plan_id=plan.id, client_id=plan.client_id, number=plan.plan_version, author_id=plan.author_id, body=plan.body,
        content_hash=content_hash({"plan": plan.id, "number": plan.plan_version, "body": plan.body}),
        activated_at=tx.now, review_due_on=due_on, review_reason=plan.review_reason,
        security_labels=await find_labels(tx, DataClass.PLAN, plan.client_id, plan.episode_id),
    ))  # fmt: skip
    await keep_objectives(tx, plan)
    await tx.stop_timers(subject=plan.id)
    await tx.start_timer("plan_review_due", subject=plan.id, key=str(plan.plan_version), due_at=start_of(due_on, zone))
    await close_duties(tx, DutyKind.PLAN_REVIEW, DutyKind.COSIGN, about=plan.id, reason="activated", by=by)
    await tx.save(plan)
    tx.audit("plan.activate", subject=plan.client_id, resource=plan.id, by=by)
    tx.publish(PlanActivated(
        plan_id=plan.id, client_id=plan.client_id, episode_id=plan.episode_id, plan_version=plan.plan_version,
        review_due_on=due_on,
    ))  # fmt: skip
    if plan.review_reason is not None:
        tx.publish(PlanReviewed(
            plan_id=plan.id, client_id=plan.client_id, episode_id=plan.episode_id, plan_version=plan.plan_version,
            reason_code=plan.review_reason,
        ))  # fmt: skip


async def keep_objectives(tx: Transaction, plan: Plan) -> None:
    """What is in this version is active; what it left out no longer is."""
    wanted = {UUID(o["id"]): date.fromisoformat(o["due_on"]) for o in objectives(plan.body)}
    for row in await queries.lock_objectives(tx, plan.id):
        row.is_active = row.id in wanted
        row.due_on = wanted.pop(row.id, row.due_on)
        await tx.save(row)
    await tx.add_all([
        Objective(id=key, plan_id=plan.id, client_id=plan.client_id, is_active=True, due_on=due_on)
        for key, due_on in wanted.items()
    ])  # fmt: skip
