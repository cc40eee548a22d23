from uuid import UUID

from fastapi import APIRouter, Request
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from gateway import queries
from gateway.models import PartnerApp
from gateway.schemas.partner_apps import NewPartnerApp, PartnerAppChange, PartnerAppOut, PartnerAppSecret
from gateway.scopes import CanReadPartnerApps, CanWritePartnerApps
from gateway.use_cases.add_partner_app import add_partner_app
from gateway.use_cases.change_partner_app import change_partner_app
from gateway.use_cases.renew_secret import renew_secret
from gateway.use_cases.revoke_partner_app import revoke_partner_app
from gateway.use_cases.suspend_partner_app import resume_partner_app, suspend_partner_app

router = APIRouter(prefix="/v1/admin/partner-apps", tags=["partner apps"], route_class=EdgeRoute)


@router.post("", response_model=PartnerAppSecret, status_code=201)
async def post_partner_app(new: NewPartnerApp, tx: Tx, by: CanWritePartnerApps, request: Request) -> PartnerAppSecret:
    """Register a partner app with its keys; a secret, in a sandbox, is shown this once."""
    return await add_partner_app(tx, new, is_sandbox=request.app.state.settings.sandbox, by=by)


@router.get("", response_model=Page[PartnerAppOut])
async def list_partner_apps(tx: Tx, by: CanReadPartnerApps, page: Paging) -> Page[PartnerApp]:
    """List the agency's partner apps."""
    return await queries.list_apps(tx, page)


@router.get("/{app_id}", response_model=PartnerAppOut)
async def get_partner_app(app_id: UUID, tx: Tx, by: CanReadPartnerApps) -> PartnerApp:
    """Read a partner app."""
    return await queries.get_app(tx, app_id)


@router.patch("/{app_id}", response_model=PartnerAppOut)
async def patch_partner_app(app_id: UUID, change: PartnerAppChange, tx: Tx, by: CanWritePartnerApps) -> PartnerApp:
    """Change what a partner app may do, where, for what and for whom. Its tokens with the old rights end."""
    return await change_partner_app(tx, app_id, change, by=by)


@router.post("/{app_id}/suspension", response_model=PartnerAppOut)
async def post_partner_app_suspension(app_id: UUID, tx: Tx, by: CanWritePartnerApps) -> PartnerApp:
    """Suspend a partner app: its tokens end, and it gets no other until it is resumed."""
    return await suspend_partner_app(tx, app_id, by=by)


@router.post("/{app_id}/resumption", response_model=PartnerAppOut)
async def post_partner_app_resumption(app_id: UUID, tx: Tx, by: CanWritePartnerApps) -> PartnerApp:
    """Let a suspended partner app sign in anew."""
    return await resume_partner_app(tx, app_id, by=by)


@router.post("/{app_id}/secret", response_model=PartnerAppSecret, status_code=201)
async def post_partner_app_secret(app_id: UUID, tx: Tx, by: CanWritePartnerApps) -> PartnerAppSecret:
    """Give a partner app a new secret, shown this once; the old one ends."""
    return await renew_secret(tx, app_id, by=by)


@router.post("/{app_id}/revocation", response_model=PartnerAppOut)
async def post_partner_app_revocation(app_id: UUID, tx: Tx, by: CanWritePartnerApps) -> PartnerApp:
    """Revoke a partner app: no further token, and those that are out end."""
    return await revoke_partner_app(tx, app_id, by=by)
