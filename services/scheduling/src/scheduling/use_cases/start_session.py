from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from scheduling.models import Appointment
from scheduling.rules.appointments import Status
from scheduling.use_cases.lock_for_move import lock_for_move


async def start_session(tx: Transaction, appointment_id: UUID, *, by: Principal) -> Appointment:
    appointment = await lock_for_move(tx, appointment_id, Status.IN_SESSION, by=by)
    appointment.status, appointment.started_at = Status.IN_SESSION, tx.now
    await tx.save(appointment)
    tx.audit("appointment.start_session", subject=appointment.client_id, resource=appointment.id, by=by)
    return appointment
