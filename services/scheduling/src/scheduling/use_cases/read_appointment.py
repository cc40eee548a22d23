from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from scheduling import queries
from scheduling.models import Appointment


async def read_appointment(tx: Transaction, appointment_id: UUID, *, by: Principal) -> Appointment:
    appointment = await queries.get_appointment(tx, appointment_id)
    tx.audit("appointment.read", subject=appointment.client_id, resource=appointment.id, by=by)
    return appointment
