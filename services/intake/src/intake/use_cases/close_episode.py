from datetime import date
from uuid import UUID

from shared.auth import Principal
from shared.contracts.intake import EpisodeClosed
from shared.db import Transaction

from intake import queries
from intake.errors import EpisodeNotOpen
from intake.rules.clients import NEXT as CLIENT_NEXT
from intake.rules.clients import ClientStatus
from intake.rules.episodes import NEXT, EpisodeStatus
from intake.use_cases.expire_consent import expire_with_treatment


async def close_episode(tx: Transaction, episode_id: UUID, *, closed_on: date, reason: str, by: Principal) -> None:
    """The discharge is final: the episode ends; with the last one the client's care and what was allowed for it."""
    episode = await queries.lock_episode(tx, episode_id)
    if EpisodeStatus.DISCHARGED not in NEXT[episode.status]:
        raise EpisodeNotOpen(f"The episode is {episode.status}; only one in care is discharged.")
    episode.status, episode.closed_on, episode.end_reason = EpisodeStatus.DISCHARGED, closed_on, reason
    await tx.save(episode)
    tx.audit("episode.close", subject=episode.client_id, resource=episode.id, by=by)
    tx.publish(EpisodeClosed(episode_id=episode.id, client_id=episode.client_id, closed_on=closed_on))
    if not await queries.has_episode_in_care(tx, episode.client_id, besides=episode.id):
        await end_care(tx, episode.client_id, by=by)


async def end_care(tx: Transaction, client_id: UUID, *, by: Principal) -> None:
    client = await queries.lock_client(tx, client_id)
    if ClientStatus.INACTIVE in CLIENT_NEXT[client.status]:
        client.status = ClientStatus.INACTIVE
        await tx.save(client)
    await expire_with_treatment(tx, client_id, by=by)
