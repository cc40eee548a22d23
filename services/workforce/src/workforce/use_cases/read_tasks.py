from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from workforce import queries
from workforce.models import Task
from workforce.rules.tasks import TaskStatus


async def read_tasks(
    tx: Transaction,
    page: PageRequest,
    *,
    mine: bool,
    status: TaskStatus | None,
    client_id: UUID | None,
    by: Principal,
) -> Page[Task]:
    found = await queries.list_tasks(tx, page, mine=mine, status=status, client_id=client_id)
    for task in found.items:
        tx.audit("task.list", subject=task.client_id, by=by)
    return found
