from datetime import datetime
from uuid import UUID

from shared.contracts.tasks import TaskClosed, TaskOpened
from shared.db import Transaction

from gateway.models import BreakGlassGrant
from gateway.rules.break_glass import ESCALATED_TO, REVIEWER, SUPERVISORS, DutyKind

RULE = "break-glass.review.2bd"


def notify_of_break_glass(tx: Transaction, grant: BreakGlassGrant) -> None:
    """At once: the review is the privacy officer's; the supervisor knows, or where there is none those of that role."""
    open_duty(tx, grant, grant.review_task_id, DutyKind.REVIEW, grant.review_due_at, role=REVIEWER)
    role = None if grant.supervisor_id else SUPERVISORS
    open_duty(tx, grant, grant.notice_task_id, DutyKind.NOTICE, grant.review_due_at, role=role, who=grant.supervisor_id)


def open_overdue_duty(tx: Transaction, grant: BreakGlassGrant, due_at: datetime) -> UUID:
    task_id = tx.new_id("task:overdue")
    open_duty(tx, grant, task_id, DutyKind.OVERDUE, due_at, role=ESCALATED_TO)
    return task_id


def close_break_glass_duties(tx: Transaction, grant: BreakGlassGrant) -> None:
    for task_id in (grant.review_task_id, grant.notice_task_id, grant.overdue_task_id):
        if task_id:
            tx.publish(TaskClosed(task_id=task_id, client_id=grant.client_id, reason=grant.status, at=tx.now))


def open_duty(
    tx: Transaction,
    grant: BreakGlassGrant,
    task_id: UUID,
    kind: DutyKind,
    due_at: datetime,
    *,
    role: str | None,
    who: UUID | None = None,
) -> None:
    """The task's subject is the grant."""
    tx.publish(
        TaskOpened(
            task_id=task_id, kind=kind, subject_id=grant.id, client_id=grant.client_id, assignee_id=who, role=role,
            due_at=due_at, rule=RULE,
        )
    )  # fmt: skip
