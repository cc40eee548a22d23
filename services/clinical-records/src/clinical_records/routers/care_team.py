from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from clinical_records import queries
from clinical_records.models import CareTeamMember
from clinical_records.schemas.care_team import MemberOut, NewMember
from clinical_records.scopes import CanReadCareTeam, CanWriteCareTeam
from clinical_records.use_cases.add_member import add_member
from clinical_records.use_cases.end_membership import end_membership
from clinical_records.use_cases.list_records import list_records
from clinical_records.use_cases.read_record import read_record

router = APIRouter(prefix="/v1/care-team-members", tags=["care team"], route_class=leaving(DataClass.CLINICAL))
caseloads = APIRouter(prefix="/v1/caseloads", tags=["care team"], route_class=leaving(DataClass.CLINICAL))


@router.post("", response_model=MemberOut, status_code=201)
async def post_care_team_member(new: NewMember, tx: Tx, by: CanWriteCareTeam) -> CareTeamMember:
    """Bring someone into the care team; a new primary clinician takes over from the one before."""
    return await add_member(tx, new, by=by)


@router.get("", response_model=Page[MemberOut])
async def list_care_team_members(
    tx: Tx,
    by: CanReadCareTeam,
    page: Paging,
    client_id: UUID | None = None,
    episode_id: UUID | None = None,
    member_id: UUID | None = None,
) -> Page[CareTeamMember]:
    """List care team members, past ones too, newest first."""
    found = queries.list_members(tx, page, client_id=client_id, episode_id=episode_id, member_id=member_id)
    return await list_records(tx, found, by=by)


@router.get("/{membership_id}", response_model=MemberOut)
async def get_care_team_member(membership_id: UUID, tx: Tx, by: CanReadCareTeam) -> CareTeamMember:
    """Show one membership."""
    return await read_record(tx, queries.get_member, membership_id, by=by)


@router.post("/{membership_id}/end", response_model=MemberOut)
async def post_care_team_member_end(membership_id: UUID, tx: Tx, by: CanWriteCareTeam) -> CareTeamMember:
    """End a membership."""
    return await end_membership(tx, membership_id, by=by)


@caseloads.get("", response_model=Page[MemberOut])
async def list_own_caseload(tx: Tx, by: CanReadCareTeam, page: Paging) -> Page[CareTeamMember]:
    """List the clients in whose care team the caller is."""
    return await list_records(tx, queries.list_caseload(tx, page, by.id), by=by)


@caseloads.get("/{staff_id}", response_model=Page[MemberOut])
async def list_caseload(staff_id: UUID, tx: Tx, by: CanReadCareTeam, page: Paging) -> Page[CareTeamMember]:
    """List the clients in whose care team someone is, as far as the caller may see them."""
    return await list_records(tx, queries.list_caseload(tx, page, staff_id), by=by)
