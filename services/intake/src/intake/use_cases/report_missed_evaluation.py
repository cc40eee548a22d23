from uuid import UUID

from shared.auth import Principal
from shared.contracts.intake import AccessStandardMissed
from shared.contracts.tasks import TaskOpened
from shared.db import Transaction

from intake import queries
from intake.rules.access import COMPREHENSIVE


async def report_missed_evaluation(tx: Transaction, inquiry_id: UUID, *, by: Principal) -> None:
    """The clock ran out. Who was evaluated in time, missed nothing."""
    inquiry = await queries.lock_inquiry(tx, inquiry_id)
    if inquiry.evaluated_at is not None or inquiry.closed_at is not None:
        return
    code = COMPREHENSIVE.code
    tx.audit("inquiry.standard_missed", subject=inquiry.client_id, resource=inquiry.id, by=by)
    tx.publish(AccessStandardMissed(inquiry_id=inquiry.id, standard_code=code))
    tx.publish(
        TaskOpened(
            task_id=tx.new_id("task"),
            kind="access_standard_missed",
            subject_id=inquiry.id,
            client_id=inquiry.client_id,
            clinic_id=inquiry.clinic_id,
            role="program_director",
            due_at=tx.now,
            rule=code,
        )
    )
