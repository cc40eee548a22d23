from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import PlanState
from clinical_records.rules.plans import EDITABLE, objectives
from clinical_records.schemas.plans import PlanContent, PlanOut
from clinical_records.use_cases.number_objectives import number_objectives
from clinical_records.use_cases.open_plan import open_plan
from clinical_records.use_cases.require_author import require_author


async def edit_plan(tx: Transaction, plan_id: UUID, change: PlanContent, *, by: Principal) -> PlanOut:
    """Write on in a draft; each part that is given replaces the one before."""
    plan = await queries.lock_plan(tx, plan_id)
    require_author(plan, by=by)
    tx.expect(plan)
    signed = [s for s in await queries.list_signatures(tx, plan.id) if s.plan_version == plan.plan_version]
    if plan.status not in EDITABLE or signed:
        raise PlanState(f"The plan is {plan.status}; only what nobody has signed yet is edited.")
    known = frozenset(UUID(o["id"]) for o in objectives(plan.body))
    body = number_objectives(tx, change, known=known)
    plan.body = {**plan.body, **{part: body[part] for part in change.model_fields_set}}
    await tx.save(plan)
    tx.audit("plan.edit", subject=plan.client_id, resource=plan.id, by=by)
    return await open_plan(tx, plan)
