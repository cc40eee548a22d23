from datetime import date
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.errors import Early

from clinical_records import queries
from clinical_records.rules.care_team import FINISHING_TIME
from clinical_records.use_cases.change_membership import change_membership


async def close_episode(tx: Transaction, episode_id: UUID, closed_on: date, *, by: Principal) -> None:
    """A discharge ends the care team; its members may still finish what is open for 30 days."""
    episode = await queries.find_episode(tx, episode_id)
    if episode is None:
        raise Early(f"episode:{episode_id}")
    episode.closed_on = closed_on
    await tx.save(episode)
    for member in await queries.lock_team(tx, episode_id):
        member.until = tx.now + FINISHING_TIME
        await tx.save(member)
        await change_membership(tx, member, by=by)
    tx.audit("episode.close", subject=episode.client_id, resource=episode.id, by=by)
