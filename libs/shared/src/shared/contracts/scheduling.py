"""What scheduling tells: availability and appointments."""

from datetime import date, datetime
from uuid import UUID

from shared.events import Event


class SchedulingEvent(Event, topic="scheduling"):
    pass


class AvailabilityChanged(SchedulingEvent, name="availability.changed.v1", aggregate="provider_id"):
    provider_id: UUID
    effective_from: date
    effective_until: date | None = None


class AppointmentBooked(SchedulingEvent, name="appointment.booked.v1", aggregate="appointment_id"):
    """`service_date` is the day in the clinic's zone."""

    appointment_id: UUID
    client_id: UUID
    episode_id: UUID | None = None
    clinic_id: UUID
    provider_id: UUID
    kind: str
    start_at: datetime
    end_at: datetime
    service_date: date
    is_emergency: bool = False


class AppointmentCancelled(SchedulingEvent, name="appointment.cancelled.v1", aggregate="appointment_id"):
    """`by` is client, provider or discharge."""

    appointment_id: UUID
    client_id: UUID
    by: str
    at: datetime


class AppointmentLateCancelled(SchedulingEvent, name="appointment.late_cancelled.v1", aggregate="appointment_id"):
    appointment_id: UUID
    client_id: UUID
    by: str
    at: datetime


class AppointmentNoShow(SchedulingEvent, name="appointment.no_show.v1", aggregate="appointment_id"):
    appointment_id: UUID
    client_id: UUID
    at: datetime


class AppointmentKept(SchedulingEvent, name="appointment.kept.v1", aggregate="appointment_id"):
    appointment_id: UUID
    client_id: UUID
    episode_id: UUID | None = None
    clinic_id: UUID
    provider_id: UUID
    kind: str
    started_at: datetime
    ended_at: datetime
    minutes: int
    service_date: date
    timezone: str
    is_telehealth: bool = False


class ReminderDue(SchedulingEvent, name="reminder.due.v1", aggregate="appointment_id"):
    """A reminder fell due. Nothing was sent by this event."""

    appointment_id: UUID
    client_id: UUID
    hours_before: int
