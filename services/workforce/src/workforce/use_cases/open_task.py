from shared.auth import Principal
from shared.contracts.tasks import TaskOpened
from shared.db import Transaction

from workforce import queries
from workforce.models import Task
from workforce.rules.tasks import TaskStatus


async def open_task(tx: Transaction, told: TaskOpened, *, by: Principal) -> None:
    if await queries.find_task(tx, told.task_id) is not None:
        return
    task = await tx.add(
        Task(
            **told.model_dump(exclude={"task_id"}),
            id=told.task_id,
            status=TaskStatus.OPEN,
            opened_at=tx.now,
        )
    )
    await tx.start_timer("task_overdue", subject=task.id, due_at=task.due_at)
    await tx.supply(f"task:{task.id}")
    tx.audit("task.open", subject=task.client_id, resource=task.id, by=by)
