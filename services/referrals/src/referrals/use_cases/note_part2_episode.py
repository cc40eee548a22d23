from shared.auth import Principal
from shared.contracts.intake import EpisodeOpened
from shared.db import Transaction

from referrals import queries
from referrals.use_cases.recheck_referrals import recheck_referrals


async def note_part2_episode(tx: Transaction, told: EpisodeOpened, *, by: Principal) -> None:
    """From the first Part 2 episode on, the fact of a referral is a Part 2 record of this client."""
    if told.is_part2:
        await queries.keep_part2_episode(tx, told.episode_id, told.client_id, told.program_id)
        await recheck_referrals(tx, told.client_id, by=by)
