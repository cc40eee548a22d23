"""Tables, nothing else.

Records: payer, coverage, eligibility_check, authorization_request, authorization, unit_entry, appointment, episode,
charge, duty. What others told, kept for deciding: agency_calendar, client, diagnosis, consent, clinician.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from shared.db import Record, UtcDateTime, text_enum
from shared.labels import Labelled
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from authorizations.rules.appointments import AppointmentStatus
from authorizations.rules.authorizations import AuthorizationStatus
from authorizations.rules.charges import ChargeStatus
from authorizations.rules.clocks import Priority
from authorizations.rules.eligibility import EligibilityStatus
from authorizations.rules.payers import Adapter, CoverageOrder, PayerType, Relation
from authorizations.rules.requests import RequestStatus
from authorizations.rules.service_codes import CodeScheme, Rounding, ServiceKind
from authorizations.rules.units import EntryKind, UnitKind

MONEY = sa.Numeric(12, 2)


def to(table: str, column: str) -> sa.ForeignKeyConstraint:
    """A reference inside one agency."""
    return sa.ForeignKeyConstraint(["agency_id", column], [f"{table}.agency_id", f"{table}.id"])


class Payer(Record, table=True):
    """Hours and days are the contract's, where it names its own."""

    __tablename__ = "payer"
    name: str = Field(max_length=200)
    payer_type: PayerType = Field(sa_type=text_enum(PayerType))
    adapter: Adapter = Field(sa_type=text_enum(Adapter))
    endpoint: str | None = Field(default=None, max_length=300)
    standard_hours: int | None = None
    expedited_hours: int | None = None
    appeal_days: int | None = None
    code_scheme: CodeScheme = Field(sa_type=text_enum(CodeScheme))
    rounding: Rounding = Field(sa_type=text_enum(Rounding))
    takes_supervised: bool = True
    is_active: bool = True


class Coverage(Labelled, table=True):
    __tablename__ = "coverage"
    __table_args__ = (to("payer", "payer_id"), sa.Index("ix_coverage_client", "agency_id", "client_id", "id"))
    client_id: UUID
    payer_id: UUID
    member_id: str = Field(max_length=80)
    group_number: str | None = Field(default=None, max_length=80)
    plan_name: str = Field(max_length=200)
    relation: Relation = Field(sa_type=text_enum(Relation))
    order: CoverageOrder = Field(sa_type=text_enum(CoverageOrder))
    valid_from: date
    valid_until: date | None = None


class EligibilityCheck(Labelled, table=True):
    __tablename__ = "eligibility_check"
    __table_args__ = (
        to("coverage", "coverage_id"),
        sa.Index("ix_eligibility_check_client", "agency_id", "client_id", "id"),
        sa.Index("ix_eligibility_check_coverage", "agency_id", "coverage_id", "id"),
    )
    coverage_id: UUID
    client_id: UUID
    payer_id: UUID
    asked_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    service_date: date
    service_types: list[str] = Field(sa_type=JSONB)
    status: EligibilityStatus = Field(sa_type=text_enum(EligibilityStatus))
    auth_required: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    in_network: bool | None = None
    copay: Decimal | None = Field(default=None, sa_type=MONEY)
    deductible_remaining: Decimal | None = Field(default=None, sa_type=MONEY)
    visits_remaining: int | None = None
    error_codes: list[str] = Field(default_factory=list, sa_type=JSONB)
    evidence_reference: str | None = Field(default=None, max_length=200)


class AuthorizationRequest(Labelled, table=True):
    __tablename__ = "authorization_request"
    __table_args__ = (
        to("coverage", "coverage_id"),
        to("payer", "payer_id"),
        sa.Index("ix_authorization_request_client", "agency_id", "client_id", "id"),
    )
    client_id: UUID
    coverage_id: UUID
    payer_id: UUID
    service_kind: ServiceKind = Field(sa_type=text_enum(ServiceKind))
    units: int
    unit_kind: UnitKind = Field(sa_type=text_enum(UnitKind))
    valid_from: date
    valid_until: date
    priority: Priority = Field(sa_type=text_enum(Priority))
    status: RequestStatus = Field(sa_type=text_enum(RequestStatus))
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    clock_basis: str | None = Field(default=None, max_length=40)
    is_overdue: bool = False
    action_code: str | None = Field(default=None, max_length=40)
    finding: str | None = Field(default=None, max_length=40)
    reason_codes: list[str] = Field(default_factory=list, sa_type=JSONB)
    payer_reference: str | None = Field(default=None, max_length=80)
    evidence_reference: str | None = Field(default=None, max_length=200)
    was_human_reviewed: bool | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    appeal_by: date | None = None
    consent_id: UUID | None = None


class Authorization(Labelled, table=True):
    """One line of a payer's promise, with its balance. `terminated_on` is the last day that still counts."""

    __tablename__ = "authorization"
    __table_args__ = (
        to("authorization_request", "request_id"),
        to("coverage", "coverage_id"),
        sa.CheckConstraint("used >= 0 AND reserved >= 0 AND approved >= used + reserved", name="balance"),
        sa.CheckConstraint("valid_until >= valid_from", name="window"),
        sa.UniqueConstraint("agency_id", "request_id", name="authorization_request_once"),
        sa.Index("ix_authorization_client", "agency_id", "client_id", "service_kind", "valid_until"),
    )
    request_id: UUID
    client_id: UUID
    coverage_id: UUID
    payer_id: UUID
    number: str = Field(max_length=50)
    service_kind: ServiceKind = Field(sa_type=text_enum(ServiceKind))
    unit_kind: UnitKind = Field(sa_type=text_enum(UnitKind))
    rounding: Rounding = Field(sa_type=text_enum(Rounding))
    valid_from: date
    valid_until: date
    terminated_on: date | None = None
    approved: int
    used: int = 0
    reserved: int = 0
    status: AuthorizationStatus = Field(sa_type=text_enum(AuthorizationStatus))
    is_low: bool = False
    is_expiring: bool = False

    @property
    def available(self) -> int:
        return self.approved - self.used - self.reserved


class UnitEntry(Labelled, table=True):
    """The ledger: appended, never changed. One entry of a kind per appointment and authorization."""

    __tablename__ = "unit_entry"
    __table_args__ = (
        to("authorization", "authorization_id"),
        sa.UniqueConstraint("agency_id", "appointment_id", "kind", "authorization_id", name="unit_entry_once"),
        sa.UniqueConstraint("agency_id", "authorization_id", "sequence", name="unit_entry_sequence"),
        sa.CheckConstraint("units > 0", name="units"),
    )
    authorization_id: UUID
    sequence: int
    client_id: UUID
    appointment_id: UUID
    kind: EntryKind = Field(sa_type=text_enum(EntryKind))
    units: int
    service_date: date
    used_after: int
    reserved_after: int


class Appointment(Record, table=True):
    """What the ledger needs of an appointment. `lacks_unit`: it needs one and none was left."""

    __tablename__ = "appointment"
    __table_args__ = (sa.Index("ix_appointment_client", "agency_id", "client_id", "service_date"),)
    client_id: UUID
    episode_id: UUID | None = None
    clinic_id: UUID
    service_kind: ServiceKind | None = Field(default=None, sa_type=text_enum(ServiceKind))
    service_date: date
    minutes: int
    status: AppointmentStatus = Field(sa_type=text_enum(AppointmentStatus))
    is_emergency: bool = False
    lacks_unit: bool = False


class Charge(Labelled, table=True):
    __tablename__ = "charge"
    __table_args__ = (
        sa.UniqueConstraint("agency_id", "note_id", name="charge_note_once"),
        sa.Index("ix_charge_client", "agency_id", "client_id", "id"),
        sa.Index("ix_charge_rendering", "agency_id", "rendering_id", "id"),
        sa.Index("ix_charge_appointment", "agency_id", "appointment_id"),
    )
    note_id: UUID
    appointment_id: UUID
    client_id: UUID
    episode_id: UUID
    clinic_id: UUID
    rendering_id: UUID
    supervising_id: UUID | None = None
    service_kind: ServiceKind = Field(sa_type=text_enum(ServiceKind))
    service_date: date
    minutes: int
    is_telehealth: bool = False
    client_present: bool = True
    status: ChargeStatus = Field(sa_type=text_enum(ChargeStatus))
    reason_codes: list[str] = Field(default_factory=list, sa_type=JSONB)
    lines: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    place_of_service: str = Field(max_length=2)
    modifiers: list[str] = Field(default_factory=list, sa_type=JSONB)
    diagnosis_codes: list[str] = Field(default_factory=list, sa_type=JSONB)
    rendering_npi: str | None = Field(default=None, max_length=10)
    coverage_id: UUID | None = None
    payer_id: UUID | None = None
    authorization_id: UUID | None = None
    authorization_number: str | None = Field(default=None, max_length=50)


class Duty(Record, table=True):
    """A task that we opened, so that we can close it."""

    __tablename__ = "duty"
    __table_args__ = (
        sa.Index(
            "duty_open_once",
            "agency_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )
    kind: str = Field(max_length=40)
    subject_id: UUID
    client_id: UUID
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Episode(Record, table=True):
    __tablename__ = "episode"
    __table_args__ = (sa.Index("ix_episode_client", "agency_id", "client_id"),)
    client_id: UUID
    clinic_id: UUID
    program_id: UUID
    is_part2: bool
    opened_on: date
    closed_on: date | None = None


class AgencyCalendar(Record, table=True):
    __tablename__ = "agency_calendar"
    timezone: str = Field(max_length=64)


class Client(Record, table=True):
    __tablename__ = "client"
    clinic_id: UUID


class Diagnosis(Record, table=True):
    __tablename__ = "diagnosis"
    __table_args__ = (sa.Index("ix_diagnosis_client", "agency_id", "client_id"),)
    client_id: UUID
    episode_id: UUID
    code: str = Field(max_length=10)
    rank: int
    verification: str = Field(max_length=40)


class Consent(Record, table=True):
    __tablename__ = "consent"
    __table_args__ = (sa.Index("ix_consent_client", "agency_id", "client_id"),)
    client_id: UUID
    type: str = Field(max_length=80)
    effective_from: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Clinician(Record, table=True):
    __tablename__ = "clinician"
    npi: str | None = Field(default=None, max_length=10)
    needs_cosign: bool
