from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from scheduling import queries
from scheduling.errors import NotYourCalendar, StateForbids
from scheduling.models import Appointment
from scheduling.rules.appointments import NEXT, Status, allowed_from
from scheduling.rules.whose import may_write_calendar


async def lock_for_move(tx: Transaction, appointment_id: UUID, to: Status, *, by: Principal) -> Appointment:
    """The appointment, locked, when this caller may move it to this state."""
    appointment = await queries.lock_appointment(tx, appointment_id)
    if not may_write_calendar(by.id, by.reach, appointment.provider_id):
        raise NotYourCalendar()
    if to not in NEXT[appointment.status]:
        raise StateForbids(f"The appointment is {appointment.status}; from there: {allowed_from(appointment.status)}.")
    return appointment
