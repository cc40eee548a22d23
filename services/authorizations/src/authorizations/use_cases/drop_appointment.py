from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.errors import Early

from authorizations import queries
from authorizations.rules.appointments import NEXT, AppointmentStatus
from authorizations.use_cases.release_unit import release_unit


async def drop_appointment(tx: Transaction, appointment_id: UUID, status: AppointmentStatus, *, by: Principal) -> None:
    """Cancelled or not attended: the unit is released, never consumed."""
    appointment = await queries.find_appointment(tx, appointment_id)
    if appointment is None:
        raise Early(f"appointment:{appointment_id}")
    if status not in NEXT[appointment.status]:
        return
    appointment.status, appointment.lacks_unit = status, False
    await tx.save(appointment)
    await release_unit(tx, appointment, by=by)
    tx.audit("appointment.drop", subject=appointment.client_id, resource=appointment.id, by=by)
