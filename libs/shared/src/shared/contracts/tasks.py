"""Duties: any service tells that one opened or closed, on its own topic; workforce keeps the lists."""

from datetime import datetime
from uuid import UUID

from shared.events import Event


class TaskOpened(Event, name="task.opened.v1", aggregate="task_id"):
    """A duty fell to a person (`assignee_id`) or to everyone of a role. `rule` names the rule that makes it due."""

    task_id: UUID
    kind: str
    subject_id: UUID
    client_id: UUID | None = None
    clinic_id: UUID | None = None
    assignee_id: UUID | None = None
    role: str | None = None
    due_at: datetime
    rule: str


class TaskClosed(Event, name="task.closed.v1", aggregate="task_id"):
    task_id: UUID
    client_id: UUID | None = None
    reason: str
    at: datetime
