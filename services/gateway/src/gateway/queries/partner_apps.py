"""Partner apps, their assertions and origins."""

from datetime import datetime
from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, exists, select, text
from sqlmodel import col

from gateway.models import Agency, PartnerApp
from gateway.rules.clients import app_client_id

APPS = select(PartnerApp)
APP = select(PartnerApp).where(col(PartnerApp.id) == bindparam("app_id"))
APP_LOCKED = APP.with_for_update()
LIVE_APP = APP.where(
    col(PartnerApp.revoked_at).is_(None),
    col(PartnerApp.suspended_at).is_(None),
    exists().where(col(Agency.id) == col(PartnerApp.agency_id), col(Agency.is_active)),
)
SPEND = text("""WITH spent AS (DELETE FROM client_assertion WHERE app_id = :app_id AND expires_at < clock_timestamp()),
live AS (SELECT id FROM partner_app WHERE id = :app_id AND num_nonnulls(revoked_at, suspended_at) = 0
FOR SHARE)
INSERT INTO client_assertion (agency_id, app_id, jti, expires_at) SELECT agency(), id, :jti, :expires_at FROM live
ON CONFLICT (agency_id, app_id, jti) DO NOTHING""")
ORIGINS = text("SELECT agency_id, id, origins FROM registered_origins()")


async def list_apps(tx: Transaction, page: PageRequest) -> Page[PartnerApp]:
    return await tx.fetch_page(PartnerApp, APPS, page)


async def get_app(tx: Transaction, app_id: UUID) -> PartnerApp:
    return await tx.fetch_one(PartnerApp, APP, app_id=app_id)


async def find_app(tx: Transaction, app_id: UUID) -> PartnerApp | None:
    return await tx.fetch_optional(PartnerApp, APP, app_id=app_id)


async def find_live_app(tx: Transaction, app_id: UUID) -> PartnerApp | None:
    """One that is neither revoked nor suspended, of an agency that is not suspended."""
    return await tx.fetch_optional(PartnerApp, LIVE_APP, app_id=app_id)


async def spend_assertion(tx: Transaction, app_id: UUID, jti: str, expires_at: datetime) -> bool:
    """Keep a `jti` until it expires. False where it is kept already; of two at once one is told so."""
    return await tx.run(SPEND, app_id=app_id, jti=jti, expires_at=expires_at) == 1


async def lock_app(tx: Transaction, app_id: UUID) -> PartnerApp:
    return await tx.fetch_one(PartnerApp, APP_LOCKED, app_id=app_id)


async def read_origins(tx: Transaction) -> dict[str, frozenset[str]]:
    """Of every app that is not revoked, by its client id: the origins of its pages."""
    return {app_client_id(agency, app): frozenset(origins) for agency, app, origins in await tx.rows(ORIGINS)}
