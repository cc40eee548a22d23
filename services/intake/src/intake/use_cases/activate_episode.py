from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.rules.episodes import EpisodeStatus


async def activate_episode(tx: Transaction, client_id: UUID, *, episode_id: UUID | None, by: Principal) -> None:
    """The first service makes an admitted episode active."""
    for episode in await queries.list_admitted_episodes(tx, client_id, episode_id):
        episode.status = EpisodeStatus.ACTIVE
        await tx.save(episode)
        tx.audit("episode.activate", subject=client_id, resource=episode.id, by=by)
