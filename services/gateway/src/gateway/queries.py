"""Every select of the gateway. Row level security keeps each to the transaction's agency."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import Uuid, any_, bindparam, exists, literal, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from gateway.models import Agency, Clinic, PartnerApp, SigningKey, Supervision, UserAccount
from gateway.rules.clients import app_client_id
from gateway.rules.keys import KeyStatus
from gateway.rules.roles import ADMINISTRATOR

AGENCIES = select(Agency)
AGENCY = select(Agency).where(col(Agency.id) == bindparam("agency_id"))
AGENCY_LOCKED = AGENCY.with_for_update()
CLINICS = select(Clinic)
CLINIC = select(Clinic).where(col(Clinic.id) == bindparam("clinic_id"))
CLINIC_LOCKED = CLINIC.with_for_update()
KNOWN_CLINICS = select(col(Clinic.id)).where(col(Clinic.id) == any_(bindparam("clinic_ids", type_=ARRAY(Uuid))))
USERS = select(UserAccount)
USER = select(UserAccount).where(col(UserAccount.id) == bindparam("user_id"))
USER_LOCKED = USER.with_for_update()
USER_BY_NAME = select(UserAccount).where(col(UserAccount.username) == bindparam("username"), col(UserAccount.is_active))
ACTIVE_USERS = select(UserAccount).where(col(UserAccount.is_active)).order_by(col(UserAccount.username)).limit(500)
ADMINISTRATORS = (
    select(UserAccount)
    .where(
        col(UserAccount.is_active),
        literal(ADMINISTRATOR) == any_(col(UserAccount.roles)),
    )
    .order_by(col(UserAccount.id))
    .with_for_update()
)
APPS = select(PartnerApp)
APP = select(PartnerApp).where(col(PartnerApp.id) == bindparam("app_id"))
APP_LOCKED = APP.with_for_update()
LIVE_APP = APP.where(
    col(PartnerApp.revoked_at).is_(None),
    exists().where(col(Agency.id) == col(PartnerApp.agency_id), col(Agency.is_active)),
)
SPEND = text("""WITH spent AS (DELETE FROM client_assertion WHERE app_id = :app_id AND expires_at < clock_timestamp()),
live AS (SELECT id FROM partner_app WHERE id = :app_id AND revoked_at IS NULL FOR SHARE)
INSERT INTO client_assertion (agency_id, app_id, jti, expires_at) SELECT agency(), id, :jti, :expires_at FROM live
ON CONFLICT (agency_id, app_id, jti) DO NOTHING""")
KEYS = select(SigningKey).order_by(col(SigningKey.created_at).desc(), col(SigningKey.id).desc()).limit(10)
NEXT_KEY = KEYS.where(col(SigningKey.status) == KeyStatus.NEXT)
ACTIVE_KEY = KEYS.where(col(SigningKey.status) == KeyStatus.ACTIVE)
LIVES = text("""INSERT INTO replica (agency_id, id, version, created_at, seen_at)
VALUES (agency(), :id, 1, clock_timestamp(), clock_timestamp())
ON CONFLICT (agency_id, id) DO UPDATE SET seen_at = excluded.seen_at""")
FORGET = text("DELETE FROM replica WHERE seen_at < clock_timestamp() - interval '15 seconds'")
LIVE = text("SELECT count(*) FROM replica")
ORIGINS = text("SELECT agency_id, id, origins FROM registered_origins()")
LOCK_KEYS = text("SELECT pg_advisory_xact_lock(hashtextextended('gateway:signing-keys', 0))")
SUPERVISOR = (
    select(col(Supervision.supervisor_id))
    .where(
        col(Supervision.supervisee_id) == bindparam("supervisee_id"),
        col(Supervision.starts_on) <= bindparam("today"),
        or_(col(Supervision.ends_on).is_(None), col(Supervision.ends_on) >= bindparam("today")),
    )
    .order_by(col(Supervision.starts_on).desc(), col(Supervision.id))
    .limit(1)
)


async def list_agencies(tx: Transaction, page: PageRequest) -> Page[Agency]:
    """The operator sees every agency, anybody else the own one."""
    return await tx.fetch_page(Agency, AGENCIES, page)


async def get_agency(tx: Transaction, agency_id: UUID) -> Agency:
    return await tx.fetch_one(Agency, AGENCY, agency_id=agency_id)


async def find_agency(tx: Transaction, agency_id: UUID) -> Agency | None:
    return await tx.fetch_optional(Agency, AGENCY, agency_id=agency_id)


async def lock_agency(tx: Transaction, agency_id: UUID) -> Agency:
    return await tx.fetch_one(Agency, AGENCY_LOCKED, agency_id=agency_id)


async def list_clinics(tx: Transaction, page: PageRequest) -> Page[Clinic]:
    return await tx.fetch_page(Clinic, CLINICS, page)


async def get_clinic(tx: Transaction, clinic_id: UUID) -> Clinic:
    return await tx.fetch_one(Clinic, CLINIC, clinic_id=clinic_id)


async def lock_clinic(tx: Transaction, clinic_id: UUID) -> Clinic:
    return await tx.fetch_one(Clinic, CLINIC_LOCKED, clinic_id=clinic_id)


async def find_clinics(tx: Transaction, clinic_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the ids that are clinics of the agency."""
    return frozenset(row[0] for row in await tx.rows(KNOWN_CLINICS, clinic_ids=list(clinic_ids)))


async def list_users(tx: Transaction, page: PageRequest) -> Page[UserAccount]:
    return await tx.fetch_page(UserAccount, USERS, page)


async def list_active_users(tx: Transaction) -> list[UserAccount]:
    return await tx.fetch_all(UserAccount, ACTIVE_USERS)


async def get_user(tx: Transaction, user_id: UUID) -> UserAccount:
    return await tx.fetch_one(UserAccount, USER, user_id=user_id)


async def find_user(tx: Transaction, user_id: UUID) -> UserAccount | None:
    return await tx.fetch_optional(UserAccount, USER, user_id=user_id)


async def lock_user(tx: Transaction, user_id: UUID) -> UserAccount:
    return await tx.fetch_one(UserAccount, USER_LOCKED, user_id=user_id)


async def get_user_by_name(tx: Transaction, username: str) -> UserAccount:
    return await tx.fetch_one(UserAccount, USER_BY_NAME, username=username)


async def lock_administrators(tx: Transaction) -> list[UserAccount]:
    return await tx.fetch_all(UserAccount, ADMINISTRATORS)


async def find_supervisor(tx: Transaction, supervisee_id: UUID, today: date) -> UUID | None:
    found = await tx.rows(SUPERVISOR, supervisee_id=supervisee_id, today=today)
    return found[0][0] if found else None


async def list_apps(tx: Transaction, page: PageRequest) -> Page[PartnerApp]:
    return await tx.fetch_page(PartnerApp, APPS, page)


async def get_app(tx: Transaction, app_id: UUID) -> PartnerApp:
    return await tx.fetch_one(PartnerApp, APP, app_id=app_id)


async def find_app(tx: Transaction, app_id: UUID) -> PartnerApp | None:
    return await tx.fetch_optional(PartnerApp, APP, app_id=app_id)


async def find_live_app(tx: Transaction, app_id: UUID) -> PartnerApp | None:
    """One that is not revoked, of an agency that is not switched off."""
    return await tx.fetch_optional(PartnerApp, LIVE_APP, app_id=app_id)


async def spend_assertion(tx: Transaction, app_id: UUID, jti: str, expires_at: datetime) -> bool:
    """Keep a `jti` until it expires. False where it is kept already; of two at once one is told so."""
    return await tx.run(SPEND, app_id=app_id, jti=jti, expires_at=expires_at) == 1


async def lock_app(tx: Transaction, app_id: UUID) -> PartnerApp:
    return await tx.fetch_one(PartnerApp, APP_LOCKED, app_id=app_id)


async def list_signing_keys(tx: Transaction) -> list[SigningKey]:
    return await tx.fetch_all(SigningKey, KEYS)


async def lock_signing_keys(tx: Transaction) -> SigningKey | None:
    """Wait for whoever makes or turns keys just now; the active key, if there is one."""
    await tx.rows(LOCK_KEYS)
    return await tx.fetch_optional(SigningKey, ACTIVE_KEY)


async def find_next_key(tx: Transaction) -> SigningKey | None:
    return await tx.fetch_optional(SigningKey, NEXT_KEY)


async def count_replicas(tx: Transaction, replica: UUID) -> int:
    """Say that this one lives; how many do. Real time: a replica lives on the wall's clock."""
    await tx.run(LIVES, id=replica)
    await tx.run(FORGET)
    return int((await tx.rows(LIVE))[0][0])


async def read_origins(tx: Transaction) -> dict[str, frozenset[str]]:
    """Of every app that is not revoked, by its client id: the origins of its pages."""
    return {app_client_id(agency, app): frozenset(origins) for agency, app, origins in await tx.rows(ORIGINS)}
