from datetime import timedelta
from uuid import UUID

from shared.auth import Principal
from shared.contracts.tasks import TaskOpened
from shared.db import Transaction

from scheduling import queries
from scheduling.rules.appointments import UNSETTLED

TIME_TO_ANSWER = timedelta(hours=24)


async def ask_for_attendance(tx: Transaction, appointment_id: UUID, *, by: Principal) -> None:
    """The day is over and nobody said whether they met: the provider is asked."""
    row = await queries.lock_appointment(tx, appointment_id)
    if row.status not in UNSETTLED or row.task_id is not None:
        return
    row.task_id = tx.new_id("task:attendance")
    await tx.save(row)
    tx.audit("appointment.ask_attendance", subject=row.client_id, resource=row.id, by=by)
    tx.publish(
        TaskOpened(
            task_id=row.task_id,
            kind="attendance_missing",
            subject_id=row.id,
            client_id=row.client_id,
            clinic_id=row.clinic_id,
            assignee_id=row.provider_id,
            due_at=tx.now + TIME_TO_ANSWER,
            rule="scheduling.attendance_by_end_of_day",
        )
    )
