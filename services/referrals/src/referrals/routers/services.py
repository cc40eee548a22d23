from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from referrals import queries
from referrals.models import DirectoryService, ServiceAtLocation
from referrals.rules.directory import ServiceStatus
from referrals.schemas import NewService, NewServiceAtLocation, ServiceAtLocationOut, ServiceChange, ServiceOut
from referrals.scopes import CanReadDirectory, CanWriteDirectory
from referrals.use_cases.add_service import add_service
from referrals.use_cases.change_service import change_service
from referrals.use_cases.place_service import place_service

router = APIRouter(prefix="/v1/services", tags=["directory"], route_class=EdgeRoute)
Words = Annotated[str | None, Query(min_length=2, max_length=100)]


@router.post("", response_model=ServiceOut, status_code=201)
async def post_service(new: NewService, tx: Tx, by: CanWriteDirectory) -> DirectoryService:
    """Add a service of an organization to the directory."""
    return await add_service(tx, new, by=by)


@router.get("", response_model=Page[ServiceOut])
async def list_services(
    tx: Tx,
    by: CanReadDirectory,
    page: Paging,
    q: Words = None,
    status: ServiceStatus | None = None,
    organization_id: UUID | None = None,
) -> Page[DirectoryService]:
    """Search the directory by words, status and organization."""
    return await queries.list_services(tx, page, q=q, status=status, organization_id=organization_id)


@router.get("/{service_id}", response_model=ServiceOut)
async def get_service(service_id: UUID, tx: Tx, by: CanReadDirectory) -> DirectoryService:
    """Read one service, with a flag when nobody has assured it for 180 days."""
    return await queries.get_service(tx, service_id)


@router.patch("/{service_id}", response_model=ServiceOut)
async def patch_service(service_id: UUID, change: ServiceChange, tx: Tx, by: CanWriteDirectory) -> DirectoryService:
    """Change a service, or assure it anew by its date."""
    return await change_service(tx, service_id, change, by=by)


@router.post("/{service_id}/locations", response_model=ServiceAtLocationOut, status_code=201)
async def post_service_location(
    service_id: UUID, new: NewServiceAtLocation, tx: Tx, by: CanWriteDirectory
) -> ServiceAtLocation:
    """Say that a service is given at a place."""
    return await place_service(tx, service_id, new.location_id, by=by)


@router.get("/{service_id}/locations", response_model=Page[ServiceAtLocationOut])
async def list_service_locations(
    service_id: UUID, tx: Tx, by: CanReadDirectory, page: Paging
) -> Page[ServiceAtLocation]:
    """List the places at which a service is given."""
    return await queries.list_places(tx, page, service_id=service_id)
