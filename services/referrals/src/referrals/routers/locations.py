from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from referrals import queries
from referrals.models import Location
from referrals.schemas import LocationOut, NewLocation
from referrals.scopes import CanReadDirectory, CanWriteDirectory
from referrals.use_cases.add_location import add_location

router = APIRouter(prefix="/v1/locations", tags=["directory"], route_class=EdgeRoute)


@router.post("", response_model=LocationOut, status_code=201)
async def post_location(new: NewLocation, tx: Tx, by: CanWriteDirectory) -> Location:
    """Add a place of an organization, with its addresses and phones."""
    return await add_location(tx, new, by=by)


@router.get("", response_model=Page[LocationOut])
async def list_locations(
    tx: Tx, by: CanReadDirectory, page: Paging, organization_id: UUID | None = None
) -> Page[Location]:
    """List the places of the directory."""
    return await queries.list_locations(tx, page, organization_id=organization_id)


@router.get("/{location_id}", response_model=LocationOut)
async def get_location(location_id: UUID, tx: Tx, by: CanReadDirectory) -> Location:
    """Read one place."""
    return await queries.get_location(tx, location_id)
