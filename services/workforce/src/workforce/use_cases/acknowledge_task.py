from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.errors import TaskNotOpen
from workforce.models import Task
from workforce.rules.tasks import TaskStatus


async def acknowledge_task(tx: Transaction, task_id: UUID, *, by: Principal) -> Task:
    """The first who acknowledges has taken it; a second time changes nothing."""
    task = await queries.lock_task(tx, task_id)
    tx.audit("task.acknowledge", subject=task.client_id, resource=task.id, by=by)
    if task.status is not TaskStatus.OPEN:
        raise TaskNotOpen(f"The task is {task.status}; only an open one can be acknowledged.")
    if task.acknowledged_at is None:
        task.acknowledged_at, task.acknowledged_by = tx.now, by.id
        await tx.save(task)
    return task
