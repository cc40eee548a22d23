"""Episodes of care, as intake tells of them."""

from uuid import UUID

from shared.db import Transaction
from sqlmodel import col, select

from authorizations.models import Episode
from authorizations.queries.statements import BY_CLIENT, BY_ID, ID, same, upsert

EPISODE = select(Episode).where(col(Episode.id) == BY_ID)
LOCK_EPISODE = EPISODE.with_for_update()
OPEN_EPISODES = select(Episode).where(col(Episode.client_id) == BY_CLIENT, col(Episode.closed_on).is_(None))
PART2_MARKS = select(col(Episode.is_part2)).where(
    col(Episode.client_id) == BY_CLIENT, same(col(Episode.id), "episode_id", ID)
)
KEEP_EPISODE = upsert(Episode, "client_id", "clinic_id", "program_id", "is_part2", "opened_on")


async def find_episode(tx: Transaction, episode_id: UUID) -> Episode | None:
    return await tx.fetch_optional(Episode, LOCK_EPISODE, id=episode_id)


async def list_open_episodes(tx: Transaction, client_id: UUID) -> list[Episode]:
    return await tx.fetch_all(Episode, OPEN_EPISODES, client_id=client_id)


async def list_part2_marks(tx: Transaction, client_id: UUID, episode_id: UUID | None) -> list[bool | None]:
    """Whether the episode is of Part 2; without one, of all the client's. None: nobody knows."""
    found = await tx.rows(PART2_MARKS, client_id=client_id, episode_id=episode_id)
    return [row.is_part2 for row in found] or ([None] if episode_id else [])
