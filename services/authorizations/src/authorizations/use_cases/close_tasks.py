from uuid import UUID

from shared.contracts.tasks import TaskClosed
from shared.db import Transaction

from authorizations import queries


async def close_tasks(tx: Transaction, *kinds: str, subject_id: UUID, reason: str) -> None:
    for duty in await queries.lock_duties(tx, subject_id, kinds):
        duty.closed_at = tx.now
        await tx.save(duty)
        tx.publish(TaskClosed(task_id=duty.id, client_id=duty.client_id, reason=reason, at=tx.now))
