from uuid import UUID

from shared.auth import Principal
from shared.contracts.tasks import TaskClosed
from shared.db import Transaction

from clinical_records import queries
from clinical_records.rules.duties import DutyKind


async def close_duties(tx: Transaction, *kinds: DutyKind, about: UUID, reason: str, by: Principal) -> None:
    """Close the open tasks of these kinds about a subject or about a client."""
    for kind in kinds:
        for duty in await queries.lock_open_duties(tx, kind, about):
            duty.closed_at = tx.now
            await tx.save(duty)
            tx.audit("duty.close", subject=duty.client_id, resource=duty.id, by=by)
            tx.publish(TaskClosed(task_id=duty.id, client_id=duty.client_id, reason=reason, at=tx.now))
