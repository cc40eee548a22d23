from shared.auth import Principal
from shared.db import Transaction

from scheduling.models import Appointment
from scheduling.rules.recurrence import occurrence
from scheduling.schemas import NewAppointment
from scheduling.use_cases.admit_booking import admit_booking
from scheduling.use_cases.place_appointments import place_appointments


async def book_appointment(tx: Transaction, new: NewAppointment, *, by: Principal) -> Appointment:
    clinic = await admit_booking(tx, new, by=by)
    when = occurrence(new.start_local, new.timezone or clinic.timezone, minutes=new.duration_minutes)
    placed = await place_appointments(tx, new, (when,), clinic=clinic)
    tx.audit("appointment.book", subject=new.client_id, resource=placed[0].id, by=by)
    return placed[0]
