from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from gateway import queries
from gateway.models import Agency
from gateway.schemas import AgencyChange, AgencyOut, NewAgency
from gateway.scopes import CanReadAgencies, CanWriteAgencies
from gateway.use_cases.change_agency import change_agency
from gateway.use_cases.open_agency import open_agency

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
    """Change an agency's name, zone or holidays, or switch it off (operator only)."""
    return await change_agency(tx, agency_id, change, by=by)
