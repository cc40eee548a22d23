from datetime import datetime
from uuid import UUID

from shared.auth import Principal
from shared.contracts.tasks import TaskOpened
from shared.db import Transaction

from clinical_records.models import Duty
from clinical_records.rules.duties import DutyKind


async def open_duty(
    tx: Transaction,
    kind: DutyKind,
    *,
    subject_id: UUID,
    client_id: UUID,
    due_at: datetime,
    rule: str,
    assignee_id: UUID | None = None,
    role: str | None = None,
    by: Principal,
) -> Duty:
    """Give someone a task: a person, or everyone of a role."""
    duty = await tx.add(
        Duty(id=tx.new_id(f"duty:{kind}"), kind=kind, subject_id=subject_id, client_id=client_id, due_at=due_at)
    )
    tx.audit("duty.open", subject=client_id, resource=duty.id, by=by)
    tx.publish(
        TaskOpened(
            task_id=duty.id, kind=kind, subject_id=subject_id, client_id=client_id,
            assignee_id=assignee_id, role=role, due_at=due_at, rule=rule,
        )
    )  # fmt: skip
    return duty
