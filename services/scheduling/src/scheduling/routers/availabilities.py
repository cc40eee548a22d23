from uuid import UUID

from fastapi import APIRouter
from shared.edge import NEEDS_KEY, EdgeRoute, Tx
from shared.pagination import Page, Paging

from scheduling import queries
from scheduling.models import Availability
from scheduling.schemas import AvailabilityChange, AvailabilityOut, NewAvailability
from scheduling.scopes import CanReadAvailability, CanWriteAvailability
from scheduling.use_cases.change_availability import change_availability
from scheduling.use_cases.open_availability import open_availability

router = APIRouter(prefix="/v1/availabilities", tags=["availability"], route_class=EdgeRoute)


@router.post("", response_model=AvailabilityOut, status_code=201, openapi_extra=NEEDS_KEY)
async def post_availability(new: NewAvailability, tx: Tx, by: CanWriteAvailability) -> Availability:
    """Open a weekly pattern of a provider at a clinic, in wall time of an IANA zone."""
    return await open_availability(tx, new, by=by)


@router.get("", response_model=Page[AvailabilityOut])
async def list_availabilities(
    tx: Tx, by: CanReadAvailability, page: Paging, provider_id: UUID | None = None, clinic_id: UUID | None = None
) -> Page[Availability]:
    """List the weekly patterns, newest first."""
    return await queries.list_availabilities(tx, page, provider_id=provider_id, clinic_id=clinic_id)


@router.get("/{availability_id}", response_model=AvailabilityOut)
async def get_availability(availability_id: UUID, tx: Tx, by: CanReadAvailability) -> Availability:
    """Read one weekly pattern."""
    return await queries.get_availability(tx, availability_id)


@router.patch("/{availability_id}", response_model=AvailabilityOut)
async def patch_availability(
    availability_id: UUID, change: AvailabilityChange, tx: Tx, by: CanWriteAvailability
) -> Availability:
    """Set the last day or the days off of a pattern."""
    return await change_availability(tx, availability_id, change, by=by)
