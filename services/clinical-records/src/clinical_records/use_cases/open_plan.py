from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import Plan
from clinical_records.rules.plans import TAKES_SIGNATURES, missing_signers
from clinical_records.schemas.plans import PlanOut, SignatureOut


async def open_plan(tx: Transaction, plan: Plan) -> PlanOut:
    """A plan with its content, its signatures, and whose are still awaited."""
    found = [s for s in await queries.list_signatures(tx, plan.id) if s.plan_version == plan.plan_version]
    awaited = missing_signers([s.signer for s in found], needs_supervisor=plan.needs_supervisor)
    signatures = [SignatureOut.model_validate(s) for s in found]
    is_open = plan.status in TAKES_SIGNATURES
    return PlanOut.model_validate(
        {**plan.body, **plan.model_dump(), "signatures": signatures, "awaited": awaited if is_open else ()}
    )
