from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from gateway import queries
from gateway.models import SignInClient, SignInPolicy
from gateway.schemas.sign_in_clients import (
    NewSignInClient,
    SignInClientChange,
    SignInClientOut,
    SignInPolicyChange,
    SignInPolicyOut,
)
from gateway.scopes import CanReadPartnerApps, CanReadUsers, CanWritePartnerApps, CanWriteUsers
from gateway.use_cases.change_sign_in_client import add_sign_in_client, change_sign_in_client
from gateway.use_cases.change_sign_in_policy import change_sign_in_policy, read_sign_in_policy

router = APIRouter(prefix="/v1/admin", tags=["sign in"], route_class=EdgeRoute)


@router.post("/sign-in-clients", response_model=SignInClientOut, status_code=201)
async def post_sign_in_client(new: NewSignInClient, tx: Tx, by: CanWritePartnerApps) -> SignInClient:
    """Register where a program takes people back to after signing in."""
    return await add_sign_in_client(tx, new, by=by)


@router.get("/sign-in-clients", response_model=Page[SignInClientOut])
async def list_sign_in_clients(tx: Tx, by: CanReadPartnerApps, page: Paging) -> Page[SignInClient]:
    """List the programs in which people sign in."""
    return await queries.list_sign_in_clients(tx, page)


@router.put("/sign-in-clients/{client_id}", response_model=SignInClientOut)
async def put_sign_in_client(
    client_id: UUID, change: SignInClientChange, tx: Tx, by: CanWritePartnerApps
) -> SignInClient:
    """Replace a program's addresses."""
    return await change_sign_in_client(tx, client_id, change, by=by)


@router.get("/sign-in-policy", response_model=SignInPolicyOut)
async def get_sign_in_policy(tx: Tx, by: CanReadUsers) -> SignInPolicy:
    """Read whether staff need a second factor, and how long sessions last."""
    return await read_sign_in_policy(tx)


@router.patch("/sign-in-policy", response_model=SignInPolicyOut)
async def patch_sign_in_policy(change: SignInPolicyChange, tx: Tx, by: CanWriteUsers) -> SignInPolicy:
    """Decide on the second factor of staff and on the length of sessions."""
    return await change_sign_in_policy(tx, change, by=by)
