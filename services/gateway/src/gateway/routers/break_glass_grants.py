from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.pagination import Page, Paging

from gateway.models import BreakGlassGrant
from gateway.routers.sign_in import OfOffice
from gateway.rules.break_glass import GrantStatus
from gateway.schemas.break_glass_grants import (
    BreakGlassFigures,
    BreakGlassGrantOut,
    BreakGlassGrantSummary,
    NewBreakGlassGrant,
    NewReview,
)
from gateway.scopes import CanBreakGlass, CanReadBreakGlass, CanReadBreakGlassFigures, CanReviewBreakGlass
from gateway.use_cases.break_glass import break_glass
from gateway.use_cases.end_break_glass import end_break_glass
from gateway.use_cases.read_break_glass import count_break_glass, list_break_glass, read_break_glass
from gateway.use_cases.review_break_glass import review_break_glass

router = APIRouter(prefix="/v1/break-glass-grants", tags=["break-glass"], route_class=leaving(DataClass.DEMOGRAPHICS))


@router.post("", response_model=BreakGlassGrantOut, status_code=201, openapi_extra=NEEDS_KEY)
async def post_break_glass_grant(
    new: NewBreakGlassGrant, tx: Tx, office: OfOffice, by: CanBreakGlass
) -> BreakGlassGrantOut:
    """Open one client's record to myself in an emergency: to read, for some hours, with X-Purpose-Of-Use: BTG."""
    return await break_glass(tx, office, new, by=by)


@router.get("", response_model=Page[BreakGlassGrantSummary])
async def list_break_glass_grants(
    tx: Tx, by: CanReadBreakGlass, page: Paging, client_id: UUID | None = None, status: GrantStatus | None = None
) -> Page[BreakGlassGrant]:
    """List grants: one's own and those of whom one supervises; the privacy officer's list has all."""
    return await list_break_glass(tx, page, client_id=client_id, status=status, by=by)


@router.get("/figures", response_model=BreakGlassFigures)
async def get_break_glass_figures(tx: Tx, by: CanReadBreakGlassFigures) -> BreakGlassFigures:
    """How many grants stand open, wait for their review, are overdue, and how the reviews ended."""
    return await count_break_glass(tx, by=by)


@router.get("/{grant_id}", response_model=BreakGlassGrantOut)
async def get_break_glass_grant(grant_id: UUID, tx: Tx, by: CanReadBreakGlass) -> BreakGlassGrantOut:
    """Show one grant with its explanation and finding."""
    return await read_break_glass(tx, grant_id, by=by)


@router.post("/{grant_id}/end", response_model=BreakGlassGrantSummary)
async def post_break_glass_end(grant_id: UUID, tx: Tx, by: CanReadBreakGlass) -> BreakGlassGrant:
    """End a grant before its time: one's own, or as the privacy officer."""
    return await end_break_glass(tx, grant_id, by=by)


@router.post("/{grant_id}/review", response_model=BreakGlassGrantOut, openapi_extra=NEEDS_KEY)
async def post_break_glass_review(
    grant_id: UUID, review: NewReview, tx: Tx, by: CanReviewBreakGlass
) -> BreakGlassGrantOut:
    """Close the review of an ended grant: justified or not, and what was found."""
    return await review_break_glass(tx, grant_id, review, by=by)
