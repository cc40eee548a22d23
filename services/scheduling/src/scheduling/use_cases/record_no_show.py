from uuid import UUID

from shared.auth import Principal
from shared.contracts.scheduling import AppointmentNoShow
from shared.db import Transaction

from scheduling.errors import GraceNotOver, WithoutClient
from scheduling.models import Appointment
from scheduling.rules.appointments import Status
from scheduling.rules.attendance import may_be_no_show
from scheduling.use_cases.lock_for_move import lock_for_move
from scheduling.use_cases.settle_appointment import settle_appointment


async def record_no_show(tx: Transaction, appointment_id: UUID, *, by: Principal) -> Appointment:
    appointment = await lock_for_move(tx, appointment_id, Status.NO_SHOW, by=by)
    if appointment.client_id is None:
        raise WithoutClient()
    if not may_be_no_show(appointment.start_at, tx.now):
        raise GraceNotOver(f"The appointment stays {appointment.status} until 15 minutes after its start.")
    appointment.status, appointment.no_show_at = Status.NO_SHOW, tx.now
    await settle_appointment(tx, appointment)
    tx.audit("appointment.no_show", subject=appointment.client_id, resource=appointment.id, by=by)
    tx.publish(AppointmentNoShow(appointment_id=appointment.id, client_id=appointment.client_id, at=tx.now))
    return appointment
