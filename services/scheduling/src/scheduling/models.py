"""The rows. Records: availability, appointment_series, appointment, gate_policy, episode; else projections."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from shared.db import Record, UtcDateTime, text_enum
from shared.labels import Labelled
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scheduling.rules.appointments import Kind, Modality, Status
from scheduling.rules.attendance import Party
from scheduling.rules.gates import Policy


class Availability(Record, table=True):
    """`windows` and `days_off` are wall time and days in `timezone`."""

    __tablename__ = "availability"
    __table_args__ = (sa.Index("ix_availability_agency_id_provider_id", "agency_id", "provider_id"),)
    provider_id: UUID
    clinic_id: UUID
    timezone: str = Field(max_length=64)
    modality: Modality = Field(sa_type=text_enum(Modality))
    kinds: list[str] = Field(sa_type=JSONB)
    windows: list[dict[str, Any]] = Field(sa_type=JSONB)
    days_off: list[str] = Field(sa_type=JSONB)
    slot_minutes: int
    buffer_minutes: int
    effective_from: date
    effective_until: date | None = None


class AppointmentSeries(Labelled, table=True):
    """`first_start_local` is the wall time that every occurrence keeps."""

    __tablename__ = "appointment_series"
    __table_args__ = (sa.Index("ix_appointment_series_agency_id_client_id_id", "agency_id", "client_id", "id"),)
    client_id: UUID
    episode_id: UUID | None = None
    provider_id: UUID
    clinic_id: UUID
    kind: Kind = Field(sa_type=text_enum(Kind))
    modality: Modality = Field(sa_type=text_enum(Modality))
    first_start_local: datetime = Field(sa_type=sa.DateTime(timezone=False))
    timezone: str = Field(max_length=64)
    duration_minutes: int
    every_weeks: int
    count: int


class Appointment(Labelled, table=True):
    """`service_date` is the day in the clinic's zone `clinic_timezone`; `start_local` is wall time in `timezone`."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.Index("ix_appointment_agency_id_client_id_id", "agency_id", "client_id", "id"),
        sa.Index("ix_appointment_agency_id_provider_id_start_at", "agency_id", "provider_id", "start_at"),
        sa.Index("ix_appointment_agency_id_episode_id", "agency_id", "episode_id"),
        sa.Index("ix_appointment_agency_id_series_id", "agency_id", "series_id"),
        sa.ForeignKeyConstraint(
            ["agency_id", "series_id"],
            ["appointment_series.agency_id", "appointment_series.id"],
            name="fk_appointment_agency_id_series_id",
        ),
    )
    client_id: UUID | None = None
    episode_id: UUID | None = None
    series_id: UUID | None = None
    provider_id: UUID
    clinic_id: UUID
    clinic_timezone: str = Field(max_length=64)
    kind: Kind = Field(sa_type=text_enum(Kind))
    modality: Modality = Field(sa_type=text_enum(Modality))
    status: Status = Field(sa_type=text_enum(Status))
    start_at: datetime = Field(sa_type=UtcDateTime)
    end_at: datetime = Field(sa_type=UtcDateTime)
    start_local: datetime = Field(sa_type=sa.DateTime(timezone=False))
    timezone: str = Field(max_length=64)
    service_date: date
    client_state: str | None = Field(default=None, max_length=2)
    warnings: list[str] = Field(default_factory=list, sa_type=JSONB)
    arrived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    minutes: int | None = None
    no_show_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_by: Party | None = Field(default=None, sa_type=text_enum(Party))
    reason_code: str | None = Field(default=None, max_length=40)
    task_id: UUID | None = None


class GatePolicy(Record, table=True):
    """One row per agency; where there is none, the defaults of rules/gates.py hold."""

    __tablename__ = "gate_policy"
    __table_args__ = (sa.UniqueConstraint("agency_id", name="uq_gate_policy_agency_id"),)
    treatment_consent: Policy = Field(sa_type=text_enum(Policy))
    telehealth_consent: Policy = Field(sa_type=text_enum(Policy))
    authorization: Policy = Field(sa_type=text_enum(Policy))
    credential: Policy = Field(sa_type=text_enum(Policy))
    credential_on_file: Policy = Field(sa_type=text_enum(Policy))


class Episode(Record, table=True):
    """An episode as scheduling needs it: whose, and whether appointments may still be booked in it.

    `is_part2` is not known of one whose opening has not been told, or was before it was kept here.
    """

    __tablename__ = "episode"
    __table_args__ = (sa.Index("ix_episode_agency_id_client_id", "agency_id", "client_id"),)
    client_id: UUID
    is_part2: bool | None = None
    closed_on: date | None = None


class Clinic(Record, table=True):
    __tablename__ = "clinic"
    timezone: str = Field(max_length=64)
    is_active: bool


class Client(Record, table=True):
    __tablename__ = "client"
    clinic_id: UUID


class ConsentFact(Record, table=True):
    __tablename__ = "consent_fact"
    __table_args__ = (sa.Index("ix_consent_fact_agency_id_client_id", "agency_id", "client_id"),)
    client_id: UUID
    type: str = Field(max_length=60)
    effective_from: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuthorizationFact(Record, table=True):
    __tablename__ = "authorization_fact"
    __table_args__ = (sa.Index("ix_authorization_fact_agency_id_client_id", "agency_id", "client_id"),)
    client_id: UUID
    service_kind: str = Field(max_length=60)
    valid_from: date
    valid_until: date
    available: int
    is_ended: bool = False


class EligibilityFact(Record, table=True):
    """The payer's last answer about a client: does mental health care (MH) need an authorization?"""

    __tablename__ = "eligibility_fact"
    needs_authorization: str = Field(max_length=1)
    service_date: date


class CredentialFact(Record, table=True):
    __tablename__ = "credential_fact"
    __table_args__ = (sa.Index("ix_credential_fact_agency_id_clinician_id", "agency_id", "clinician_id"),)
    clinician_id: UUID
    state: str = Field(max_length=2)
    issued_on: date
    expires_on: date
    expired_on: date | None = None
