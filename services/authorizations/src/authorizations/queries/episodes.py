"""Episodes of care, as intake tells of them."""

from uuid import UUID

from shared.db import Transaction
from sqlmodel import col, select

from authorizations.models import Episode
from authorizations.queries.statements import BY_CLIENT, BY_ID, upsert

EPISODE = select(Episode).where(col(Episode.id) == BY_ID)
LOCK_EPISODE = EPISODE.with_for_update()
OPEN_EPISODES = select(Episode).where(col(Episode.client_id) == BY_CLIENT, col(Episode.closed_on).is_(None))
KEEP_EPISODE = upsert(Episode, "client_id", "clinic_id", "program_id", "is_part2", "opened_on")


async def find_episode(tx: Transaction, episode_id: UUID) -> Episode | None:
    return await tx.fetch_optional(Episode, LOCK_EPISODE, id=episode_id)


async def list_open_episodes(tx: Transaction, client_id: UUID) -> list[Episode]:
    return await tx.fetch_all(Episode, OPEN_EPISODES, client_id=client_id)
