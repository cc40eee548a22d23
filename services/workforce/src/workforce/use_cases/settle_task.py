from shared.auth import Principal
from shared.contracts.tasks import TaskClosed
from shared.db import Transaction
from shared.errors import Early

from workforce import queries
from workforce.rules.tasks import NEXT, TaskStatus


async def settle_task(tx: Transaction, told: TaskClosed, *, by: Principal) -> None:
    """A service reports that a task is done; one that a person has closed here stays as it is."""
    task = await queries.lock_any_task(tx, told.task_id)
    if task is None:
        raise Early(f"task:{told.task_id}")
    if TaskStatus.CLOSED not in NEXT[task.status]:
        return
    task.status, task.closed_at, task.close_reason = TaskStatus.CLOSED, told.at, told.reason
    await tx.save(task)
    await tx.stop_timers(subject=task.id)
    tx.audit("task.settle", subject=task.client_id, resource=task.id, by=by)
