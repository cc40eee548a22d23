from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from scheduling import queries


async def open_episode(tx: Transaction, episode_id: UUID, *, client_id: UUID, is_part2: bool, by: Principal) -> None:
    """From now on it can be booked in; one that was closed meanwhile stays closed."""
    await queries.keep_open_episode(tx, episode_id, client_id, is_part2=is_part2)
    tx.audit("episode.open", subject=client_id, resource=episode_id, by=by)
