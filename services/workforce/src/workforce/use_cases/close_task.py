from uuid import UUID

from shared.auth import Principal
from shared.contracts.tasks import TaskClosed
from shared.db import Transaction

from workforce import queries
from workforce.errors import TaskNotOpen
from workforce.models import Task
from workforce.rules.tasks import NEXT, TaskStatus


async def close_task(tx: Transaction, task_id: UUID, *, reason: str, by: Principal) -> Task:
    task = await queries.lock_task(tx, task_id)
    if TaskStatus.CLOSED not in NEXT[task.status]:
        raise TaskNotOpen(f"The task is {task.status}; only an open one can be closed.")
    task.status, task.closed_at, task.close_reason = TaskStatus.CLOSED, tx.now, reason
    await tx.save(task)
    await tx.stop_timers(subject=task.id)
    tx.audit("task.close", subject=task.client_id, resource=task.id, by=by)
    tx.publish(TaskClosed(task_id=task.id, client_id=task.client_id, reason=reason, at=tx.now))
    return task
