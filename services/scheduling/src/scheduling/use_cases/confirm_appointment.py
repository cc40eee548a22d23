from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from scheduling.models import Appointment
from scheduling.rules.appointments import Status
from scheduling.use_cases.lock_for_move import lock_for_move


async def confirm_appointment(tx: Transaction, appointment_id: UUID, *, by: Principal) -> Appointment:
    appointment = await lock_for_move(tx, appointment_id, Status.CONFIRMED, by=by)
    appointment.status = Status.CONFIRMED
    await tx.save(appointment)
    tx.audit("appointment.confirm", subject=appointment.client_id, resource=appointment.id, by=by)
    return appointment
