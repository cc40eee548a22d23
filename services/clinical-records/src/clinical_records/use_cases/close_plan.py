from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.plans import PlanStatus
from clinical_records.use_cases.close_duties import close_duties


async def close_plan(tx: Transaction, episode_id: UUID, *, by: Principal) -> None:
    """With the discharge the plan ends, and with it its objectives and its review."""
    plan = await queries.lock_open_plan(tx, episode_id)
    if plan is None:
        return
    plan.status, plan.closed_at = PlanStatus.CLOSED, tx.now
    await tx.save(plan)
    for objective in await queries.lock_objectives(tx, plan.id):
        objective.is_active = False
        await tx.save(objective)
    await tx.stop_timers(subject=plan.id)
    await close_duties(tx, DutyKind.PLAN_REVIEW, DutyKind.COSIGN, about=plan.id, reason="discharged", by=by)
    tx.audit("plan.close", subject=plan.client_id, resource=plan.id, by=by)
