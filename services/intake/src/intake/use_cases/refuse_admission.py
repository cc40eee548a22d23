from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.errors import EpisodeNotOpen
from intake.models import Episode
from intake.rules.episodes import NEXT, EpisodeStatus


async def refuse_admission(tx: Transaction, episode_id: UUID, *, reason: str, by: Principal) -> Episode:
    episode = await queries.lock_episode(tx, episode_id)
    if EpisodeStatus.NOT_ADMITTED not in NEXT[episode.status]:
        raise EpisodeNotOpen(f"The episode is {episode.status}; only one in intake ends without admission.")
    episode.status, episode.end_reason = EpisodeStatus.NOT_ADMITTED, reason
    tx.audit("episode.refuse", subject=episode.client_id, resource=episode.id, by=by)
    return await tx.save(episode)
