from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from scheduling.models import Appointment
from scheduling.rules.appointments import Status
from scheduling.use_cases.lock_for_move import lock_for_move


async def record_arrival(tx: Transaction, appointment_id: UUID, *, by: Principal) -> Appointment:
    appointment = await lock_for_move(tx, appointment_id, Status.ARRIVED, by=by)
    appointment.status, appointment.arrived_at = Status.ARRIVED, tx.now
    await tx.save(appointment)
    tx.audit("appointment.arrive", subject=appointment.client_id, resource=appointment.id, by=by)
    return appointment
