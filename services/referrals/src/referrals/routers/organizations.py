from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from referrals import queries
from referrals.models import Organization
from referrals.schemas import NewOrganization, OrganizationOut
from referrals.scopes import CanReadDirectory, CanWriteDirectory
from referrals.use_cases.add_organization import add_organization

router = APIRouter(prefix="/v1/organizations", tags=["directory"], route_class=EdgeRoute)


@router.post("", response_model=OrganizationOut, status_code=201)
async def post_organization(new: NewOrganization, tx: Tx, by: CanWriteDirectory) -> Organization:
    """Add an organization to the directory."""
    return await add_organization(tx, new, by=by)


@router.get("", response_model=Page[OrganizationOut])
async def list_organizations(tx: Tx, by: CanReadDirectory, page: Paging) -> Page[Organization]:
    """List the organizations of the directory."""
    return await queries.list_organizations(tx, page)


@router.get("/{organization_id}", response_model=OrganizationOut)
async def get_organization(organization_id: UUID, tx: Tx, by: CanReadDirectory) -> Organization:
    """Read one organization."""
    return await queries.get_organization(tx, organization_id)
