from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import Incomplete, PlanState, SignatureExists
from clinical_records.models import Plan, PlanSignature
from clinical_records.rules.plans import PERSON, TAKES_SIGNATURES, PlanStatus, SignerKind, missing_signers
from clinical_records.schemas.plans import NewSignature, PlanOut
from clinical_records.use_cases.activate_plan import activate_plan
from clinical_records.use_cases.open_plan import open_plan
from clinical_records.use_cases.require_cosigner import require_cosigner
from clinical_records.use_cases.sign_plan_as_author import sign_plan_as_author


async def sign_plan(tx: Transaction, plan_id: UUID, new: NewSignature, *, by: Principal) -> PlanOut:
    """Sign, or document a client's refusal. With the last signature that it needs, the plan is active."""
    plan = await queries.lock_plan(tx, plan_id)
    if plan.status not in TAKES_SIGNATURES:
        raise PlanState(f"The plan is {plan.status}; it takes no signature.")
    if new.refusal_reason and new.signer not in PERSON:
        raise Incomplete("Only a client or guardian may refuse.", pointer="/refusal_reason")
    signed = [s.signer for s in await queries.list_signatures(tx, plan.id) if s.plan_version == plan.plan_version]
    if new.signer in signed:
        raise SignatureExists()
    await check_signer(tx, plan, new.signer, signed, by=by)
    await tx.add(PlanSignature(
        plan_id=plan.id, client_id=plan.client_id, plan_version=plan.plan_version, signer=new.signer, recorded_by=by.id,
        refusal_reason=new.refusal_reason, signed_at=tx.now,
    ))  # fmt: skip
    tx.audit("plan.sign", subject=plan.client_id, resource=plan.id, by=by)
    if missing_signers([*signed, new.signer], needs_supervisor=plan.needs_supervisor):
        await tx.save(plan)
    else:
        await activate_plan(tx, plan, by=by)
    return await open_plan(tx, plan)


async def check_signer(
    tx: Transaction, plan: Plan, signer: SignerKind, signed: list[SignerKind], *, by: Principal
) -> None:
    """The clinician signs first; the supervisor signs only as the one assigned."""
    if signer is SignerKind.CLINICIAN:
        await sign_plan_as_author(tx, plan, by=by)
    elif plan.status is PlanStatus.DRAFT or SignerKind.CLINICIAN not in signed:
        raise PlanState(f"The plan is {plan.status}; its clinician signs first.")
    elif signer is SignerKind.SUPERVISOR:
        require_cosigner(plan, by=by)
