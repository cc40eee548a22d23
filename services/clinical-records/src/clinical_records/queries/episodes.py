"""Episodes of care, as intake tells of them."""

from uuid import UUID

from shared.db import Transaction
from sqlalchemy import or_, select
from sqlmodel import col

from clinical_records.models import Episode
from clinical_records.queries.statements import bare, by_id, uuid

EPISODE = by_id(Episode)
EPISODE_BARE = bare(Episode)
OPEN_EPISODE = (
    select(Episode)
    .where(col(Episode.client_id) == uuid("client_id"), col(Episode.closed_on).is_(None))
    .order_by(col(Episode.is_part2).desc(), col(Episode.id).desc())
    .limit(1)
)
PART2_MARKS = select(col(Episode.is_part2)).where(
    col(Episode.client_id) == uuid("client_id"),
    or_(uuid("episode_id").is_(None), col(Episode.id) == uuid("episode_id")),
)


async def get_episode(tx: Transaction, episode_id: UUID) -> Episode:
    return await tx.fetch_one(Episode, EPISODE, id=episode_id)


async def find_episode(tx: Transaction, episode_id: UUID) -> Episode | None:
    return await tx.fetch_optional(Episode, EPISODE_BARE, id=episode_id)


async def find_open_episode(tx: Transaction, client_id: UUID) -> Episode | None:
    """Of several the one of Part 2: where nobody says to which a record belongs, it is kept as the stricter asks."""
    return await tx.fetch_optional(Episode, OPEN_EPISODE, client_id=client_id)


async def list_part2_marks(tx: Transaction, client_id: UUID, episode_id: UUID | None) -> list[bool | None]:
    """Whether the episode is of Part 2; without one, of all the client's. None: nobody knows."""
    found = await tx.rows(PART2_MARKS, client_id=client_id, episode_id=episode_id)
    return [row.is_part2 for row in found] or ([None] if episode_id else [])
