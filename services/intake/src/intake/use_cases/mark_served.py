from datetime import datetime
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries


async def mark_served(tx: Transaction, client_id: UUID, *, at: datetime, by: Principal) -> None:
    """The first service stops the access clock of the client's inquiry."""
    for inquiry in await queries.lock_inquiries_of(tx, client_id):
        if inquiry.served_at is None:
            inquiry.served_at = at
            await tx.save(inquiry)
            await tx.stop_timers(subject=inquiry.id, kind="triage_due")
            tx.audit("inquiry.serve", subject=client_id, resource=inquiry.id, by=by)
