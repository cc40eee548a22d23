from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from gateway import queries
from gateway.models import UserAccount
from gateway.schemas.users import NewUser, UserChange, UserOut
from gateway.scopes import CanReadUsers, CanWriteUsers
from gateway.use_cases.add_user import add_user
from gateway.use_cases.change_user import change_user
from gateway.use_cases.deactivate_user import deactivate_user
from gateway.use_cases.reactivate_user import reactivate_user

router = APIRouter(prefix="/v1/admin/users", tags=["users"], route_class=EdgeRoute)


@router.post("", response_model=UserOut, status_code=201)
async def post_user(new: NewUser, tx: Tx, by: CanWriteUsers) -> UserAccount:
    """Add a person who may sign in."""
    return await add_user(tx, new, by=by)


@router.get("", response_model=Page[UserOut])
async def list_users(tx: Tx, by: CanReadUsers, page: Paging) -> Page[UserAccount]:
    """List the agency's users."""
    return await queries.list_users(tx, page)


@router.get("/{user_id}", response_model=UserOut)
async def get_user(user_id: UUID, tx: Tx, by: CanReadUsers) -> UserAccount:
    """Read a user."""
    return await queries.get_user(tx, user_id)


@router.patch("/{user_id}", response_model=UserOut)
async def patch_user(user_id: UUID, change: UserChange, tx: Tx, by: CanWriteUsers) -> UserAccount:
    """Change a user's roles, clinics or granted clients."""
    return await change_user(tx, user_id, change, by=by)


@router.post("/{user_id}/deactivation", response_model=UserOut)
async def post_user_deactivation(user_id: UUID, tx: Tx, by: CanWriteUsers) -> UserAccount:
    """Deactivate a user: no further token, and those that are out end."""
    return await deactivate_user(tx, user_id, by=by)


@router.post("/{user_id}/reactivation", response_model=UserOut)
async def post_user_reactivation(user_id: UUID, tx: Tx, by: CanWriteUsers) -> UserAccount:
    """Let a deactivated user sign in again."""
    return await reactivate_user(tx, user_id, by=by)
