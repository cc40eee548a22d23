from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from workforce.models import Task
from workforce.rules.tasks import TaskStatus
from workforce.schemas import TaskClosure, TaskOut
from workforce.scopes import CanReadTasks, CanWriteTasks
from workforce.use_cases.acknowledge_task import acknowledge_task
from workforce.use_cases.close_task import close_task
from workforce.use_cases.read_task import read_task
from workforce.use_cases.read_tasks import read_tasks

router = APIRouter(prefix="/v1/tasks", tags=["tasks"], route_class=leaving(DataClass.CLINICAL))


@router.get("", response_model=Page[TaskOut])
async def list_tasks(
    tx: Tx,
    by: CanReadTasks,
    page: Paging,
    mine: bool = False,
    status: TaskStatus | None = None,
    client_id: UUID | None = None,
) -> Page[Task]:
    """List tasks: one's own by name or role, and those of clients whom the caller may see."""
    return await read_tasks(tx, page, mine=mine, status=status, client_id=client_id, by=by)


@router.get("/{task_id}", response_model=TaskOut)
async def get_task(task_id: UUID, tx: Tx, by: CanReadTasks) -> Task:
    """Read one task."""
    return await read_task(tx, task_id, by=by)


@router.post("/{task_id}/acknowledgement", response_model=TaskOut)
async def post_task_acknowledgement(task_id: UUID, tx: Tx, by: CanWriteTasks) -> Task:
    """Say that one has seen and taken a task."""
    return await acknowledge_task(tx, task_id, by=by)


@router.post("/{task_id}/closure", response_model=TaskOut)
async def post_task_closure(task_id: UUID, closure: TaskClosure, tx: Tx, by: CanWriteTasks) -> Task:
    """Close a task that is done or no longer needed."""
    return await close_task(tx, task_id, reason=closure.reason, by=by)
