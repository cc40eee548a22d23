from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.pagination import Page, Paging

from clinical_records import queries
from clinical_records.models import Plan
from clinical_records.rules.plans import PlanStatus
from clinical_records.schemas.plans import (
    EditionList,
    NewPlan,
    NewSignature,
    PlanContent,
    PlanOut,
    PlanReview,
    PlanSummary,
)
from clinical_records.scopes import CanReadPlans, CanSignNotes, CanWritePlans
from clinical_records.use_cases.draft_plan import draft_plan
from clinical_records.use_cases.edit_plan import edit_plan
from clinical_records.use_cases.list_records import list_records
from clinical_records.use_cases.read_editions import read_editions
from clinical_records.use_cases.read_plan import read_plan
from clinical_records.use_cases.return_plan import return_plan
from clinical_records.use_cases.review_plan import review_plan
from clinical_records.use_cases.sign_plan import sign_plan

router = APIRouter(prefix="/v1/plans", tags=["plans"], route_class=leaving(DataClass.PLAN))


@router.post("", response_model=PlanOut, status_code=201)
async def post_plan(new: NewPlan, tx: Tx, by: CanWritePlans) -> PlanOut:
    """Begin the plan of an episode: problems, goals, measurable objectives, interventions."""
    return await draft_plan(tx, new, by=by)


@router.get("", response_model=Page[PlanSummary])
async def list_plans(
    tx: Tx,
    by: CanReadPlans,
    page: Paging,
    client_id: UUID | None = None,
    episode_id: UUID | None = None,
    status: PlanStatus | None = None,
) -> Page[Plan]:
    """List plans, newest first."""
    found = queries.list_plans(tx, page, client_id=client_id, episode_id=episode_id, status=status)
    return await list_records(tx, found, by=by)


@router.get("/{plan_id}", response_model=PlanOut)
async def get_plan(plan_id: UUID, tx: Tx, by: CanReadPlans) -> PlanOut:
    """Show one plan as it stands."""
    return await read_plan(tx, plan_id, by=by)


@router.patch("/{plan_id}", response_model=PlanOut)
async def patch_plan(plan_id: UUID, change: PlanContent, tx: Tx, by: CanWritePlans) -> PlanOut:
    """Write on in a plan that nobody has signed yet."""
    return await edit_plan(tx, plan_id, change, by=by)


@router.post("/{plan_id}/signatures", response_model=PlanOut, status_code=201, openapi_extra=NEEDS_KEY)
async def post_plan_signature(plan_id: UUID, new: NewSignature, tx: Tx, by: CanSignNotes) -> PlanOut:
    """Sign a plan, or document that the client refused."""
    return await sign_plan(tx, plan_id, new, by=by)


@router.post("/{plan_id}/return", response_model=PlanOut)
async def post_plan_return(plan_id: UUID, tx: Tx, by: CanWritePlans) -> PlanOut:
    """Take a plan that awaits signatures back to draft."""
    return await return_plan(tx, plan_id, by=by)


@router.post("/{plan_id}/review", response_model=PlanOut)
async def post_plan_review(plan_id: UUID, review: PlanReview, tx: Tx, by: CanWritePlans) -> PlanOut:
    """Write the next version of an active plan."""
    return await review_plan(tx, plan_id, review, by=by)


@router.get("/{plan_id}/editions", response_model=EditionList)
async def list_plan_editions(plan_id: UUID, tx: Tx, by: CanReadPlans) -> EditionList:
    """List every version of a plan as it was signed."""
    return await read_editions(tx, plan_id, by=by)
