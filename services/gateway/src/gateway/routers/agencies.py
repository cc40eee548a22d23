from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from gateway import queries
from gateway.models import Agency
from gateway.schemas.agencies import AgencyChange, AgencyOut, NewAgency
from gateway.scopes import CanReadAgencies, CanWriteAgencies
from gateway.use_cases.change_agency import change_agency
from gateway.use_cases.open_agency import open_agency
from gateway.use_cases.resume_agency import resume_agency
from gateway.use_cases.suspend_agency import suspend_agency

router = APIRouter(prefix="/v1/admin/agencies", tags=["agencies"], route_class=EdgeRoute)


@router.post("", response_model=AgencyOut, status_code=201)
async def post_agency(new: NewAgency, tx: Tx, by: CanWriteAgencies) -> Agency:
    """Open an agency with its first administrator (operator only)."""
    return await open_agency(tx, new, by=by)


@router.get("", response_model=Page[AgencyOut])
async def list_agencies(tx: Tx, by: CanReadAgencies, page: Paging) -> Page[Agency]:
    """List the agencies: the operator sees all, an administrator the own one."""
    return await queries.list_agencies(tx, page)


@router.get("/{agency_id}", response_model=AgencyOut)
async def get_agency(agency_id: UUID, tx: Tx, by: CanReadAgencies) -> Agency:
    """Read an agency."""
    return await queries.get_agency(tx, agency_id)


@router.patch("/{agency_id}", response_model=AgencyOut)
async def patch_agency(agency_id: UUID, change: AgencyChange, tx: Tx, by: CanWriteAgencies) -> Agency:
    """Change an agency's name, numbers, zone or holidays (operator only)."""
    return await change_agency(tx, agency_id, change, by=by)


@router.post("/{agency_id}/suspension", response_model=AgencyOut)
async def post_agency_suspension(agency_id: UUID, tx: Tx, by: CanWriteAgencies) -> Agency:
    """Suspend an agency: its people and apps are out everywhere, and nobody gets a token (operator only)."""
    return await suspend_agency(tx, agency_id, by=by)


@router.post("/{agency_id}/resumption", response_model=AgencyOut)
async def post_agency_resumption(agency_id: UUID, tx: Tx, by: CanWriteAgencies) -> Agency:
    """Let the people and apps of a suspended agency sign in anew (operator only)."""
    return await resume_agency(tx, agency_id, by=by)
