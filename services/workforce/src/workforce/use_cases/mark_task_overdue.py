from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.rules.tasks import TaskStatus


async def mark_task_overdue(tx: Transaction, task_id: UUID, *, by: Principal) -> None:
    task = await queries.lock_any_task(tx, task_id)
    if task is None or task.status is not TaskStatus.OPEN or task.is_overdue:
        return
    task.is_overdue = True
    await tx.save(task)
    tx.audit("task.overdue", subject=task.client_id, resource=task.id, by=by)
