from shared.auth import Principal
from shared.contracts.scheduling import AppointmentKept
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Appointment
from authorizations.rules.appointments import AppointmentStatus
from authorizations.rules.service_codes import canonical
from authorizations.use_cases.consume_unit import consume_unit
from authorizations.use_cases.weigh_open_charges import weigh_open_charges


async def keep_appointment(tx: Transaction, kept: AppointmentKept, *, by: Principal) -> None:
    """A session took place: spend its unit. One that was never booked here is a walk-in."""
    await queries.lock_client(tx, kept.client_id)
    appointment = await queries.find_appointment(tx, kept.appointment_id)
    if appointment is None:
        told = kept.model_dump(include={"client_id", "episode_id", "clinic_id", "service_date", "minutes"})
        walk_in = Appointment(
            id=kept.appointment_id, status=AppointmentStatus.BOOKED, service_kind=canonical(kept.kind), **told
        )
        appointment = await tx.add(walk_in)
    if appointment.status is AppointmentStatus.KEPT:
        return
    appointment.status, appointment.minutes = AppointmentStatus.KEPT, kept.minutes
    appointment.service_date = kept.service_date
    await consume_unit(tx, appointment, by=by)
    await tx.save(appointment)
    tx.audit("appointment.keep", subject=appointment.client_id, resource=appointment.id, by=by)
    await tx.supply(f"kept:{appointment.id}")
    await weigh_open_charges(tx, appointment.client_id, by=by)
