from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Episode


async def read_episode(tx: Transaction, episode_id: UUID, *, by: Principal) -> Episode:
    episode = await queries.get_episode(tx, episode_id)
    tx.audit("episode.read", subject=episode.client_id, resource=episode.id, by=by)
    return episode
