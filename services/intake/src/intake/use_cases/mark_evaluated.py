from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries


async def mark_evaluated(tx: Transaction, client_id: UUID, *, by: Principal) -> None:
    """A signed assessment stops the clock of the comprehensive evaluation."""
    for inquiry in await queries.lock_inquiries_of(tx, client_id):
        if inquiry.evaluated_at is None:
            inquiry.evaluated_at = tx.now
            await tx.save(inquiry)
            await tx.stop_timers(subject=inquiry.id, kind="comprehensive_due")
            tx.audit("inquiry.evaluate", subject=client_id, resource=inquiry.id, by=by)
