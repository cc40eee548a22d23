"""Care teams and caseloads."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import select
from sqlmodel import col

from clinical_records.models import CareTeamMember
from clinical_records.queries.statements import by_id, lists, paged, uuid

MEMBER_LOCK = by_id(CareTeamMember).with_for_update()
MEMBER = by_id(CareTeamMember)
PRIMARY_LOCK = (
    select(CareTeamMember)
    .where(
        col(CareTeamMember.episode_id) == uuid("episode_id"),
        col(CareTeamMember.is_primary).is_(True),
        col(CareTeamMember.until).is_(None),
    )
    .with_for_update()
)
TEAM_LOCK = (
    select(CareTeamMember)
    .where(col(CareTeamMember.episode_id) == uuid("episode_id"), col(CareTeamMember.until).is_(None))
    .order_by(col(CareTeamMember.id))
    .with_for_update()
)
MEMBERS = lists(CareTeamMember, "client_id", "episode_id", "member_id")
CASELOADS = lists(
    CareTeamMember,
    "member_id",
    base=select(CareTeamMember).where(col(CareTeamMember.until).is_(None)),
)


async def get_member(tx: Transaction, member_id: UUID) -> CareTeamMember:
    return await tx.fetch_one(CareTeamMember, MEMBER, id=member_id)


async def lock_member(tx: Transaction, member_id: UUID) -> CareTeamMember:
    return await tx.fetch_one(CareTeamMember, MEMBER_LOCK, id=member_id)


async def lock_primary(tx: Transaction, episode_id: UUID) -> CareTeamMember | None:
    return await tx.fetch_optional(CareTeamMember, PRIMARY_LOCK, episode_id=episode_id)


async def lock_team(tx: Transaction, episode_id: UUID) -> list[CareTeamMember]:
    return await tx.fetch_all(CareTeamMember, TEAM_LOCK, episode_id=episode_id)


async def list_members(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, episode_id: UUID | None, member_id: UUID | None
) -> Page[CareTeamMember]:
    return await paged(
        tx, CareTeamMember, MEMBERS, page, client_id=client_id, episode_id=episode_id, member_id=member_id
    )


async def list_caseload(tx: Transaction, page: PageRequest, member_id: UUID) -> Page[CareTeamMember]:
    return await paged(tx, CareTeamMember, CASELOADS, page, member_id=member_id)
