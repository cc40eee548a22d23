"""What comes in and what goes out."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from shared.schemas import In, LabelledOut, Out

from scheduling.fields import Instant, Minutes, ReasonCode, State, WallTime, Weekday, Zone
from scheduling.rules.appointments import Kind, Modality, Status
from scheduling.rules.attendance import Party
from scheduling.rules.gates import Policy


class OpenHours(In):
    weekday: Weekday
    start: time
    end: time


class NewAvailability(In):
    provider_id: UUID
    clinic_id: UUID
    timezone: Zone
    modality: Modality = Modality.IN_PERSON
    kinds: Annotated[list[Kind], Field(default_factory=list, max_length=10)]
    windows: Annotated[list[OpenHours], Field(min_length=1, max_length=42)]
    days_off: Annotated[list[date], Field(default_factory=list, max_length=366)]
    slot_minutes: Minutes = 60
    buffer_minutes: Annotated[int, Field(ge=0, le=120)] = 0
    effective_from: date
    effective_until: date | None = None


class AvailabilityChange(In):
    """Only what changes over time: the last day, and the days off."""

    effective_until: date | None = None
    days_off: Annotated[list[date], Field(max_length=366)] | None = None


class AvailabilityOut(Out):
    id: UUID
    provider_id: UUID
    clinic_id: UUID
    timezone: str
    modality: Modality
    kinds: list[Kind]
    windows: list[OpenHours]
    days_off: list[date]
    slot_minutes: int
    buffer_minutes: int
    effective_from: date
    effective_until: date | None
    version: int


class SlotWish(In):
    """`from_on` and `until_on`, both included, are days in the zone of each availability."""

    from_on: date
    until_on: date
    provider_id: UUID | None = None
    clinic_id: UUID | None = None
    kind: Kind | None = None
    modality: Modality | None = None
    duration_minutes: Minutes | None = None


class SlotOut(Out):
    """`start_local`, `timezone` and `duration_minutes` can be sent as they are to book the slot."""

    provider_id: UUID
    clinic_id: UUID
    availability_id: UUID
    modality: Modality
    start_at: datetime
    end_at: datetime
    start_local: datetime
    timezone: str
    duration_minutes: int


class SlotsOut(Out):
    items: list[SlotOut]


class NewAppointment(In):
    """Without `timezone` the wall time is the clinic's. Supervision and meetings have no client, others have one."""

    client_id: UUID | None = None
    episode_id: UUID | None = None
    provider_id: UUID
    clinic_id: UUID
    kind: Kind
    modality: Modality = Modality.IN_PERSON
    start_local: WallTime
    timezone: Zone | None = None
    duration_minutes: Minutes
    client_state: State | None = None


class NewSeries(In):
    """Weekly, by wall time; either every occurrence is booked or none."""

    client_id: UUID
    episode_id: UUID | None = None
    provider_id: UUID
    clinic_id: UUID
    kind: Kind
    modality: Modality = Modality.IN_PERSON
    first_start_local: WallTime
    timezone: Zone | None = None
    duration_minutes: Minutes
    count: Annotated[int, Field(ge=1, le=104)]
    every_weeks: Annotated[int, Field(ge=1, le=52)] = 1
    client_state: State | None = None


class Attendance(In):
    started_at: Instant
    ended_at: Instant


class Cancellation(In):
    by: Literal[Party.CLIENT, Party.PROVIDER] = Party.CLIENT
    reason_code: ReasonCode | None = None


class AppointmentOut(LabelledOut):
    id: UUID
    client_id: UUID | None
    episode_id: UUID | None
    series_id: UUID | None
    provider_id: UUID
    clinic_id: UUID
    kind: Kind
    modality: Modality
    status: Status
    start_at: datetime
    end_at: datetime
    start_local: datetime
    timezone: str
    service_date: date
    warnings: list[str]
    arrived_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    minutes: int | None
    no_show_at: datetime | None
    cancelled_at: datetime | None
    cancelled_by: Party | None
    reason_code: str | None
    version: int


class OwnAppointmentOut(LabelledOut):
    """An appointment as the one who comes to it sees it."""

    id: UUID
    client_id: UUID
    provider_id: UUID
    clinic_id: UUID
    kind: Kind
    modality: Modality
    status: Status
    start_at: datetime
    end_at: datetime
    start_local: datetime
    timezone: str
    version: int


class SeriesOut(LabelledOut):
    id: UUID
    client_id: UUID
    episode_id: UUID | None
    provider_id: UUID
    clinic_id: UUID
    kind: Kind
    modality: Modality
    first_start_local: datetime
    timezone: str
    duration_minutes: int
    every_weeks: int
    count: int
    appointments: list[AppointmentOut]
    version: int


class GatePolicies(In):
    treatment_consent: Policy
    telehealth_consent: Policy
    authorization: Policy
    credential: Policy
    credential_on_file: Policy


class GatePoliciesOut(Out):
    treatment_consent: Policy
    telehealth_consent: Policy
    authorization: Policy
    credential: Policy
    credential_on_file: Policy
    version: int
