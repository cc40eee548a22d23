from uuid import UUID

from shared.auth import Principal
from shared.contracts.referrals import NeedResolved
from shared.db import Transaction

from referrals import queries
from referrals.errors import NeedNotOpen
from referrals.models import Need
from referrals.rules.needs import NEXT, NeedStatus


async def resolve_need(tx: Transaction, need_id: UUID, *, by: Principal) -> Need:
    need = await queries.lock_need(tx, need_id)
    if NeedStatus.RESOLVED not in NEXT[need.status]:
        raise NeedNotOpen(f"The need is {need.status}; only an open one can be resolved.")
    need.status, need.resolved_at = NeedStatus.RESOLVED, tx.now
    await tx.save(need)
    tx.audit("need.resolve", subject=need.client_id, resource=need.id, by=by)
    tx.publish(NeedResolved(need_id=need.id, client_id=need.client_id, domain=need.domain))
    return need
