from uuid import UUID

from shared.auth import Principal
from shared.contracts.scheduling import AppointmentCancelled, AppointmentLateCancelled
from shared.db import Transaction

from scheduling import queries
from scheduling.errors import NotYours
from scheduling.models import Appointment
from scheduling.rules.appointments import Status
from scheduling.rules.attendance import cancelled_status
from scheduling.rules.whose import may_cancel_as
from scheduling.schemas import Cancellation
from scheduling.use_cases.lock_for_move import lock_for_move
from scheduling.use_cases.settle_appointment import settle_appointment


async def cancel_appointment(
    tx: Transaction, appointment_id: UUID, cancellation: Cancellation, *, by: Principal
) -> Appointment:
    if not may_cancel_as(by.reach, cancellation.by):
        raise NotYours()
    known = await queries.get_appointment(tx, appointment_id)
    status = cancelled_status(known.start_at, tx.now, cancellation.by)
    row = await lock_for_move(tx, appointment_id, status, by=by)
    row.status, row.cancelled_at, row.cancelled_by, row.reason_code = (
        status,
        tx.now,
        cancellation.by,
        cancellation.reason_code,
    )
    await settle_appointment(tx, row)
    tx.audit("appointment.cancel", subject=row.client_id, resource=row.id, by=by)
    told = AppointmentLateCancelled if status is Status.LATE_CANCEL else AppointmentCancelled
    if row.client_id is not None:
        tx.publish(told(appointment_id=row.id, client_id=row.client_id, by=cancellation.by, at=tx.now))
    return row
