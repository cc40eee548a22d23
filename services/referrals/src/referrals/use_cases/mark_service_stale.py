from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from referrals import queries
from referrals.rules.directory import is_stale


async def mark_service_stale(tx: Transaction, service_id: UUID, *, by: Principal) -> None:
    service = await queries.lock_service(tx, service_id)
    if service.is_stale or not is_stale(service.assured_date, tx.now.date()):
        return
    service.is_stale = True
    await tx.save(service)
    tx.audit("service.mark_stale", resource=service.id, by=by)
