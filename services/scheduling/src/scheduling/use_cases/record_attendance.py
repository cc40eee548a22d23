from uuid import UUID

from shared.auth import Principal
from shared.contracts.scheduling import AppointmentKept
from shared.db import Transaction
from shared.errors import Invalid

from scheduling.errors import SessionNotOver, WithoutClient
from scheduling.models import Appointment
from scheduling.rules.appointments import TELEHEALTH, Status
from scheduling.rules.attendance import flaw_of, minutes_between
from scheduling.schemas import Attendance
from scheduling.use_cases.lock_for_move import lock_for_move
from scheduling.use_cases.settle_appointment import settle_appointment


async def record_attendance(tx: Transaction, appointment_id: UUID, times: Attendance, *, by: Principal) -> Appointment:
    row = await lock_for_move(tx, appointment_id, Status.KEPT, by=by)
    if row.client_id is None:
        raise WithoutClient
    if times.ended_at > tx.now:
        raise SessionNotOver(f"The appointment stays {row.status}: a session can be kept once it has ended.")
    if flaw := flaw_of(times.started_at, times.ended_at, service_date=row.service_date, timezone=row.clinic_timezone):
        raise Invalid(flaw, pointer="/started_at")
    row.status, row.started_at, row.ended_at = Status.KEPT, times.started_at, times.ended_at
    row.minutes = minutes_between(times.started_at, times.ended_at)
    await settle_appointment(tx, row)
    tx.audit("appointment.keep", subject=row.client_id, resource=row.id, by=by)
    tx.publish(kept(row, times))
    return row


def kept(row: Appointment, times: Attendance) -> AppointmentKept:
    """All that a unit and a note are decided on."""
    assert row.client_id is not None
    return AppointmentKept(
        appointment_id=row.id,
        client_id=row.client_id,
        episode_id=row.episode_id,
        clinic_id=row.clinic_id,
        provider_id=row.provider_id,
        kind=row.kind,
        started_at=times.started_at,
        ended_at=times.ended_at,
        minutes=minutes_between(times.started_at, times.ended_at),
        service_date=row.service_date,
        timezone=row.clinic_timezone,
        is_telehealth=row.modality in TELEHEALTH,
    )
