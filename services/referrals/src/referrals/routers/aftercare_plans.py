from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from referrals.models import AftercarePlan
from referrals.rules.aftercare import AftercareStatus
from referrals.schemas import AftercareContact, AftercarePlanOut
from referrals.scopes import CanReadReferrals, CanWriteReferrals
from referrals.use_cases.read_aftercare_plan import read_aftercare_plan
from referrals.use_cases.read_aftercare_plans import read_aftercare_plans
from referrals.use_cases.record_aftercare_contact import record_aftercare_contact

router = APIRouter(prefix="/v1/aftercare-plans", tags=["aftercare"], route_class=leaving(DataClass.CLINICAL))


@router.get("", response_model=Page[AftercarePlanOut])
async def list_aftercare_plans(
    tx: Tx, by: CanReadReferrals, page: Paging, client_id: UUID | None = None, status: AftercareStatus | None = None
) -> Page[AftercarePlan]:
    """List the follow-ups after discharge that the caller may see."""
    return await read_aftercare_plans(tx, page, client_id=client_id, status=status, by=by)


@router.get("/{plan_id}", response_model=AftercarePlanOut)
async def get_aftercare_plan(plan_id: UUID, tx: Tx, by: CanReadReferrals) -> AftercarePlan:
    """Read one follow-up."""
    return await read_aftercare_plan(tx, plan_id, by=by)


@router.post("/{plan_id}/contact", response_model=AftercarePlanOut)
async def post_aftercare_contact(
    plan_id: UUID, contact: AftercareContact, tx: Tx, by: CanWriteReferrals
) -> AftercarePlan:
    """Record how the follow-up ended; its task is closed."""
    return await record_aftercare_contact(tx, plan_id, outcome=contact.outcome, by=by)
