from collections.abc import Sequence
from uuid import UUID

from privacy import DataClass
from shared.contracts.scheduling import AppointmentBooked
from shared.db import Transaction
from shared.errors import Invalid

from scheduling import queries
from scheduling.models import Appointment, Clinic
from scheduling.rules.appointments import Kind, Status, reminders
from scheduling.rules.attendance import GRACE
from scheduling.rules.gates import Verdict
from scheduling.rules.recurrence import Occurrence, day_in, end_of_day
from scheduling.schemas import NewAppointment, NewSeries
from scheduling.use_cases.find_labels import find_labels
from scheduling.use_cases.weigh_gates import weigh_gates

SHARED = {"client_id", "episode_id", "provider_id", "clinic_id", "kind", "modality", "client_state"}


async def place_appointments(
    tx: Transaction,
    new: NewAppointment | NewSeries,
    occurrences: Sequence[Occurrence],
    *,
    clinic: Clinic,
    series_id: UUID | None = None,
) -> list[Appointment]:
    """Book every occurrence or, with the transaction, none. An overlap is refused by the database without a word."""
    if occurrences[0].start_at + GRACE < tx.now and new.kind is not Kind.CRISIS:
        pointer = "/start_local" if series_id is None else "/first_start_local"
        raise Invalid("The appointment would have begun already.", pointer=pointer)
    verdicts = await weigh_gates(tx, new, clinic, occurrences)
    rows = [booked(new, clinic, o, verdict) for o, verdict in zip(occurrences, verdicts, strict=True)]
    labels = await find_labels(tx, DataClass.SCHEDULE, new.client_id, new.episode_id)
    for row in rows:
        row.series_id, row.security_labels = series_id, labels
    await queries.lock_calendars(tx, new.provider_id, new.client_id)
    await tx.add_all(rows)
    for row in rows:
        await follow(tx, row)
    return rows


def booked(new: NewAppointment | NewSeries, clinic: Clinic, when: Occurrence, verdict: Verdict) -> Appointment:
    return Appointment(
        **new.model_dump(include=SHARED),
        clinic_timezone=clinic.timezone,
        timezone=new.timezone or clinic.timezone,
        status=Status.BOOKED,
        start_at=when.start_at,
        end_at=when.end_at,
        start_local=when.wall,
        service_date=day_in(when.start_at, clinic.timezone),
        warnings=[gate.value for gate in verdict.warnings],
    )


async def follow(tx: Transaction, row: Appointment) -> None:
    """Start the clocks and tell. What has no client is nobody's fact but the calendar's."""
    if row.client_id is None:
        return
    for hours, due_at in reminders(row.start_at, tx.now):
        await tx.start_timer(f"reminder_{hours}", subject=row.id, due_at=due_at)
    await tx.start_timer("no_show_check", subject=row.id, due_at=end_of_day(row.service_date, row.clinic_timezone))
    tx.publish(
        AppointmentBooked(
            appointment_id=row.id,
            client_id=row.client_id,
            episode_id=row.episode_id,
            clinic_id=row.clinic_id,
            provider_id=row.provider_id,
            kind=row.kind,
            start_at=row.start_at,
            end_at=row.end_at,
            service_date=row.service_date,
            is_emergency=row.kind is Kind.CRISIS,
        )
    )
