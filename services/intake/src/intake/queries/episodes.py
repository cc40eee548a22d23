"""Episodes of care."""

from collections.abc import Sequence
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import Uuid, bindparam, or_, select
from sqlmodel import col

from intake.models import Episode
from intake.queries.statements import IDS
from intake.rules.episodes import IN_CARE, OPEN, EpisodeStatus

EPISODE = select(Episode).where(col(Episode.id) == bindparam("id"), visible(Episode.client_id))
LOCK_EPISODE = EPISODE.with_for_update()
EPISODES = select(Episode).where(visible(Episode.client_id))
EPISODES_OF = EPISODES.where(col(Episode.client_id) == bindparam("client_id"))
OPEN_EPISODES = select(Episode).where(
    col(Episode.client_id) == bindparam("client_id"), col(Episode.status).in_(sorted(OPEN))
)
PART2_MARKS = select(col(Episode.is_part2)).where(
    col(Episode.client_id) == bindparam("client_id"),
    or_(bindparam("episode_id", type_=Uuid).is_(None), col(Episode.id) == bindparam("episode_id", type_=Uuid)),
)
PROGRAMS_OF = select(col(Episode.client_id), col(Episode.program_id)).where(col(Episode.client_id) == IDS)

EPISODES_AMONG = select(Episode).where(col(Episode.id) == IDS)


async def get_episode(tx: Transaction, episode_id: UUID) -> Episode:
    return await tx.fetch_one(Episode, EPISODE, id=episode_id)


async def lock_episode(tx: Transaction, episode_id: UUID) -> Episode:
    return await tx.fetch_one(Episode, LOCK_EPISODE, id=episode_id)


async def list_episodes(tx: Transaction, page: PageRequest, client_id: UUID | None) -> Page[Episode]:
    if client_id is None:
        return await tx.fetch_page(Episode, EPISODES, page)
    return await tx.fetch_page(Episode, EPISODES_OF, page, client_id=client_id)


async def find_open_episode(tx: Transaction, client_id: UUID, program_id: UUID) -> Episode | None:
    found = await tx.fetch_all(Episode, OPEN_EPISODES, client_id=client_id)
    return next((episode for episode in found if episode.program_id == program_id), None)


async def has_episode_in_care(tx: Transaction, client_id: UUID, *, besides: UUID) -> bool:
    found = await tx.fetch_all(Episode, OPEN_EPISODES, client_id=client_id)
    return any(episode.status in IN_CARE and episode.id != besides for episode in found)


async def list_admitted_episodes(tx: Transaction, client_id: UUID, episode_id: UUID | None) -> list[Episode]:
    """Episodes in which a first service makes care active: the named one, or all of the client when none is named."""
    found = await tx.fetch_all(Episode, OPEN_EPISODES, client_id=client_id)
    return [e for e in found if e.status is EpisodeStatus.ADMITTED and episode_id in (None, e.id)]


async def list_part2_marks(tx: Transaction, client_id: UUID | None, episode_id: UUID | None) -> list[bool | None]:
    """Whether the episode is of Part 2; without one, of all the client's. None: nobody knows."""
    found = await tx.rows(PART2_MARKS, client_id=client_id, episode_id=episode_id)
    return [row.is_part2 for row in found] or ([None] if episode_id else [])


async def list_programs_of(tx: Transaction, client_ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Every program that each client was ever in."""
    found: dict[UUID, frozenset[UUID]] = {}
    for client_id, program_id in await tx.rows(PROGRAMS_OF, ids=list(client_ids)):
        found[client_id] = found.get(client_id, frozenset()) | {program_id}
    return found


async def list_episodes_among(tx: Transaction, episode_ids: Sequence[UUID]) -> list[Episode]:
    return await tx.fetch_all(Episode, EPISODES_AMONG, ids=list(episode_ids))
