import secrets
from uuid import UUID

from shared.auth import Principal
from shared.clock import real_now
from shared.db import PLATFORM, Transaction

from gateway import queries
from gateway.errors import AccountInUse, ClientUnknown, UserInactive
from gateway.models import Invitation, UserAccount
from gateway.rules.sessions import INVITATION_LIFE
from gateway.schemas.invitations import InvitationOut, NewClientInvitation
from gateway.schemas.users import NewUser
from gateway.use_cases.add_user import add_user
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_secret import hash_of


async def invite_user(tx: Transaction, office: Office, user_id: UUID, *, by: Principal) -> InvitationOut:
    """A link for one of the agency's accounts: for the first password, or for a new one when all was lost."""
    return await invite(tx, office, await queries.lock_user(tx, user_id), by=by)


async def invite_client(tx: Transaction, office: Office, new: NewClientInvitation, *, by: Principal) -> InvitationOut:
    """An account for a registered client or a guardian, bound to that client, and its link."""
    if not await queries.is_known_client(tx, new.client_id):
        raise ClientUnknown("Register the client first.", pointer="/client_id")
    user = await queries.find_user_by_name(tx, new.username)
    if user is None:
        made = NewUser(username=new.username, roles=[new.role], client_ids=[new.client_id])
        return await invite(tx, office, await add_user(tx, made, by=by), by=by)
    if new.client_id not in user.client_ids or user.roles != [new.role] or await queries.find_credential(tx, user.id):
        raise AccountInUse("Choose another user name; an administrator sends a new link for an account in use.")
    return await invite(tx, office, user, by=by)


async def invite_administrator(tx: Transaction, office: Office, agency_id: UUID, *, by: Principal) -> InvitationOut:
    """The operator lets a new agency's first administrator in, once: afterwards the agency looks after itself."""
    await tx.enter(agency_id)
    agency = await queries.get_agency(tx, agency_id)
    if await queries.find_credential(tx, agency.administrator_id):
        raise AccountInUse("The first administrator has signed in already and invites the others.")
    made = await invite(tx, office, await queries.lock_user(tx, agency.administrator_id), by=by)
    await tx.flush()
    await tx.enter(PLATFORM)
    return made


async def invite(tx: Transaction, office: Office, user: UserAccount, *, by: Principal) -> InvitationOut:
    if not user.is_active:
        raise UserInactive("The user is deactivated.")
    now, random = real_now(), secrets.token_urlsafe(32)
    await queries.end_invitations(tx, user.id, now)
    invitation = await tx.add(
        Invitation(user_id=user.id, invited_by=by.id, token_hash=hash_of(random), expires_at=now + INVITATION_LIFE)
    )
    tx.audit("invitation.make", resource=user.id, by=by)
    link = f"{office.settings.issuer.rstrip('/')}/oauth/invitations/{tx.agency_id}.{random}"
    return InvitationOut(id=invitation.id, user_id=user.id, expires_at=invitation.expires_at, link=link)
