from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.models import Task


async def read_task(tx: Transaction, task_id: UUID, *, by: Principal) -> Task:
    task = await queries.get_task(tx, task_id)
    tx.audit("task.read", subject=task.client_id, resource=task.id, by=by)
    return task
