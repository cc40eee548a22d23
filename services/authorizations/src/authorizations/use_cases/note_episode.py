from shared.auth import Principal
from shared.contracts.intake import EpisodeOpened
from shared.db import Transaction

from authorizations import queries


async def note_episode(tx: Transaction, opened: EpisodeOpened, *, by: Principal) -> None:
    """Keep what the episode decides here: whose, and whether Part 2 holds for it."""
    await queries.keep(
        tx,
        queries.KEEP_EPISODE,
        opened.episode_id,
        client_id=opened.client_id,
        clinic_id=opened.clinic_id,
        program_id=opened.program_id,
        is_part2=opened.is_part2,
        opened_on=opened.opened_on,
    )
    tx.audit("episode.note", subject=opened.client_id, resource=opened.episode_id, by=by)
    await tx.supply(f"episode:{opened.episode_id}")
