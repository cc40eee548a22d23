from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from referrals import queries
from referrals.use_cases.decide_referrals import decide_referrals


async def recheck_referrals(tx: Transaction, client_id: UUID, *, by: Principal) -> None:
    await decide_referrals(tx, await queries.lock_open_referrals(tx, client_id), client_id=client_id, by=by)
