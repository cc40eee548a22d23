from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotMeasurable
from clinical_records.models import Plan
from clinical_records.rules.duties import DutyKind, day_of
from clinical_records.rules.notes import DUE_AFTER
from clinical_records.rules.plans import PlanStatus, gaps
from clinical_records.use_cases.judge_signature import judge_signature
from clinical_records.use_cases.open_duty import open_duty
from clinical_records.use_cases.require_author import require_author


async def sign_plan_as_author(tx: Transaction, plan: Plan, *, by: Principal) -> None:
    """The author signs only a plan in which every objective is measurable."""
    require_author(plan, by=by)
    today = day_of(tx.now, await queries.timezone(tx))
    found = gaps(plan.body, today)
    if found:
        raise NotMeasurable(found[0].detail, errors=[{"pointer": g.pointer, "detail": g.detail} for g in found])
    signing = await judge_signature(tx, today, by=by)
    plan.needs_supervisor, plan.supervisor_id = signing.needs_cosign, signing.supervisor_id
    if signing.needs_cosign:
        await open_duty(tx, DutyKind.COSIGN, subject_id=plan.id, client_id=plan.client_id, due_at=tx.now + DUE_AFTER,
                        rule="plan.cosign", assignee_id=signing.supervisor_id, by=by)  # fmt: skip
    if plan.status is PlanStatus.DRAFT:
        plan.status = PlanStatus.AWAITING_SIGNATURES
