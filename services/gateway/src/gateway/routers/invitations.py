from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from shared.edge import EdgeRoute, Tx

from gateway.routers.sign_in import office_of
from gateway.schemas.invitations import InvitationOut, NewClientInvitation
from gateway.scopes import CanInviteClients, CanWriteAgencies, CanWriteUsers
from gateway.use_cases.invite import invite_administrator, invite_client, invite_user
from gateway.use_cases.issue_token import Office

router = APIRouter(prefix="/v1", tags=["users"], route_class=EdgeRoute)
OfOffice = Annotated[Office, Depends(office_of)]


@router.post("/admin/users/{user_id}/invitation", response_model=InvitationOut, status_code=201)
async def post_user_invitation(user_id: UUID, tx: Tx, office: OfOffice, by: CanWriteUsers) -> InvitationOut:
    """Make a link with which a user sets a password: once, within 72 hours. An earlier link ends."""
    return await invite_user(tx, office, user_id, by=by)


@router.post("/client-invitations", response_model=InvitationOut, status_code=201)
async def post_client_invitation(
    new: NewClientInvitation, tx: Tx, office: OfOffice, by: CanInviteClients
) -> InvitationOut:
    """Make an account for a registered client or a guardian, and the link to it."""
    return await invite_client(tx, office, new, by=by)


@router.post("/admin/agencies/{agency_id}/administrator-invitation", response_model=InvitationOut, status_code=201)
async def post_administrator_invitation(
    agency_id: UUID, tx: Tx, office: OfOffice, by: CanWriteAgencies
) -> InvitationOut:
    """Make the link for a new agency's first administrator."""
    return await invite_administrator(tx, office, agency_id, by=by)
