from shared.auth import Principal
from shared.contracts.scheduling import AppointmentBooked
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Appointment
from authorizations.rules.appointments import AppointmentStatus
from authorizations.rules.service_codes import canonical
from authorizations.use_cases.reserve_unit import reserve_unit


async def book_appointment(tx: Transaction, booked: AppointmentBooked, *, by: Principal) -> None:
    """A service was booked: set a unit aside for it."""
    await queries.lock_client(tx, booked.client_id)
    appointment = Appointment(
        id=booked.appointment_id,
        client_id=booked.client_id,
        episode_id=booked.episode_id,
        clinic_id=booked.clinic_id,
        service_kind=canonical(booked.kind),
        service_date=booked.service_date,
        is_emergency=booked.is_emergency,
        minutes=round((booked.end_at - booked.start_at).total_seconds() / 60),
        status=AppointmentStatus.BOOKED,
    )
    await reserve_unit(tx, appointment, by=by)
    await tx.add(appointment)
    tx.audit("appointment.book", subject=booked.client_id, resource=booked.appointment_id, by=by)
    await tx.supply(f"appointment:{booked.appointment_id}")
