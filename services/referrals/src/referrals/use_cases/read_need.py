from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from referrals import queries
from referrals.models import Need


async def read_need(tx: Transaction, need_id: UUID, *, by: Principal) -> Need:
    need = await queries.get_need(tx, need_id)
    tx.audit("need.read", subject=need.client_id, resource=need.id, by=by)
    return need
