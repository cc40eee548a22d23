"""User accounts and who supervises whom."""

from datetime import date
from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import any_, bindparam, literal, or_, select
from sqlmodel import col

from gateway.models import Supervision, UserAccount
from gateway.rules.roles import ADMINISTRATOR, Role

USERS = select(UserAccount)
USER = select(UserAccount).where(col(UserAccount.id) == bindparam("user_id"))
USER_LOCKED = USER.with_for_update()
GUARDIAN_LOCKED = USER.where(literal(Role.GUARDIAN.value) == any_(col(UserAccount.roles))).with_for_update()
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


async def lock_guardian(tx: Transaction, user_id: UUID) -> UserAccount | None:
    """The account, where it is a guardian's; one that is deactivated too."""
    return await tx.fetch_optional(UserAccount, GUARDIAN_LOCKED, user_id=user_id)


async def get_user_by_name(tx: Transaction, username: str) -> UserAccount:
    return await tx.fetch_one(UserAccount, USER_BY_NAME, username=username)


async def lock_administrators(tx: Transaction) -> list[UserAccount]:
    return await tx.fetch_all(UserAccount, ADMINISTRATORS)


async def find_supervisor(tx: Transaction, supervisee_id: UUID, today: date) -> UUID | None:
    found = await tx.rows(SUPERVISOR, supervisee_id=supervisee_id, today=today)
    return found[0][0] if found else None


async def find_user_by_name(tx: Transaction, username: str) -> UserAccount | None:
    return await tx.fetch_optional(UserAccount, USER_BY_NAME, username=username)
