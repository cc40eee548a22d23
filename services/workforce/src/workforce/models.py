"""Tables, nothing else. `agency` keeps what the gateway told; all others are records."""

from datetime import date, datetime
from uuid import UUID

from shared.db import Record, UtcDateTime, text_enum
from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from workforce.rules.credentials import CredentialStatus, CredentialType, VerificationSource
from workforce.rules.supervision import AssignmentStatus, SessionKind
from workforce.rules.tasks import TaskStatus


def to(table: str, column: str) -> ForeignKeyConstraint:
    """A reference inside one agency."""
    return ForeignKeyConstraint(["agency_id", column], [f"{table}.agency_id", f"{table}.id"])


class Agency(Record, table=True):
    __tablename__ = "agency"

    timezone: str


class Clinician(Record, table=True):
    """Its id is the gateway's user id (decision 1)."""

    __tablename__ = "clinician"
    __table_args__ = (UniqueConstraint("agency_id", "npi", name="clinician_npi"),)

    npi: str | None = None
    specialties: list[str] = Field(sa_type=JSONB)
    languages: list[str] = Field(sa_type=JSONB)
    is_practicum_student: bool = False
    can_sign_independently: bool = False
    needs_cosign: bool = False


class Credential(Record, table=True):
    __tablename__ = "credential"
    __table_args__ = (
        to("clinician", "clinician_id"),
        to("credential", "renews_id"),
        UniqueConstraint("agency_id", "renews_id", name="credential_renewed_once"),
        Index("credential_clinician", "agency_id", "clinician_id", "id"),
    )

    clinician_id: UUID
    type: CredentialType = Field(sa_type=text_enum(CredentialType))
    state: str
    number: str
    issued_on: date
    expires_on: date
    status: CredentialStatus = Field(sa_type=text_enum(CredentialStatus))
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    verified_by: UUID | None = None
    source: VerificationSource | None = Field(default=None, sa_type=text_enum(VerificationSource))
    renews_id: UUID | None = None
    renewal_task_id: UUID | None = None


class SupervisionAssignment(Record, table=True):
    __tablename__ = "supervision_assignment"
    __table_args__ = (
        ForeignKeyConstraint(["agency_id", "supervisee_id"], ["clinician.agency_id", "clinician.id"]),
        ForeignKeyConstraint(["agency_id", "supervisor_id"], ["clinician.agency_id", "clinician.id"]),
        Index("supervision_assignment_supervisee", "agency_id", "supervisee_id", "id"),
        Index("supervision_assignment_supervisor", "agency_id", "supervisor_id", "id"),
    )

    supervisee_id: UUID
    supervisor_id: UUID
    licence_track: CredentialType | None = Field(default=None, sa_type=text_enum(CredentialType))
    minutes_per_week: int | None = None
    starts_on: date
    ends_on: date | None = None
    status: AssignmentStatus = Field(sa_type=text_enum(AssignmentStatus))


class SupervisionSession(Record, table=True):
    __tablename__ = "supervision_session"
    __table_args__ = (
        to("supervision_assignment", "assignment_id"),
        Index("supervision_session_assignment", "agency_id", "assignment_id", "id"),
    )

    assignment_id: UUID
    supervisee_id: UUID
    supervisor_id: UUID
    kind: SessionKind = Field(sa_type=text_enum(SessionKind))
    held_on: date
    minutes: int
    competencies: list[str] = Field(sa_type=JSONB)
    supervisee_signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    supervisor_signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Task(Record, table=True):
    """Its id is the one that the service gave which opened it."""

    __tablename__ = "task"
    __table_args__ = (
        Index("task_assignee", "agency_id", "assignee_id", "status", "id"),
        Index("task_role", "agency_id", "role", "status", "id"),
        Index("task_client", "agency_id", "client_id", "id"),
    )

    kind: str
    subject_id: UUID
    client_id: UUID | None = None
    clinic_id: UUID | None = None
    assignee_id: UUID | None = None
    role: str | None = None
    due_at: datetime = Field(sa_type=UtcDateTime)
    rule: str
    status: TaskStatus = Field(sa_type=text_enum(TaskStatus))
    is_overdue: bool = False
    opened_at: datetime = Field(sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_by: UUID | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    close_reason: str | None = None
