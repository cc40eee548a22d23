"""What HTTP clients send and get."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from shared.schemas import In, Out

from workforce.fields import Code, CredentialNumber, Language, Minutes, Npi, State
from workforce.rules.credentials import CredentialStatus, CredentialType, VerificationSource
from workforce.rules.supervision import AssignmentStatus, SessionKind
from workforce.rules.tasks import TaskStatus

Specialties = Annotated[list[Code], Field(max_length=50, default_factory=list)]
Languages = Annotated[list[Language], Field(max_length=30, default_factory=list)]


class NewClinician(In):
    """`id` is the person's user id."""

    id: UUID
    npi: Npi | None = None
    specialties: Specialties
    languages: Languages
    is_practicum_student: bool = False


class ClinicianChange(In):
    """A merge patch: what is left out stays."""

    npi: Npi | None = None
    specialties: Specialties
    languages: Languages
    is_practicum_student: bool = False


class ClinicianOut(Out):
    id: UUID
    version: int
    npi: str | None
    specialties: list[str]
    languages: list[str]
    is_practicum_student: bool
    can_sign_independently: bool
    needs_cosign: bool


class NewCredential(In):
    clinician_id: UUID
    type: CredentialType
    state: State
    number: CredentialNumber
    issued_on: date
    expires_on: date


class Verification(In):
    """Where it was looked up: a primary source."""

    source: VerificationSource = VerificationSource.STATE_BOARD


class Renewal(In):
    """`number` only when the board gave a new one."""

    number: CredentialNumber | None = None
    issued_on: date
    expires_on: date


class CredentialOut(Out):
    """`expires_on` is a day of the state that granted it."""

    id: UUID
    version: int
    clinician_id: UUID
    type: CredentialType
    state: str
    number: str
    issued_on: date
    expires_on: date
    status: CredentialStatus
    verified_at: datetime | None
    verified_by: UUID | None
    source: VerificationSource | None
    renews_id: UUID | None


class NewSupervisionAssignment(In):
    """The days are the agency's. `minutes_per_week` is what the licence asks for."""

    supervisee_id: UUID
    supervisor_id: UUID
    licence_track: CredentialType | None = None
    minutes_per_week: Minutes | None = None
    starts_on: date
    ends_on: date | None = None


class SupervisionEnding(In):
    """The last day of the supervision."""

    ends_on: date


class SupervisionAssignmentOut(Out):
    id: UUID
    version: int
    supervisee_id: UUID
    supervisor_id: UUID
    licence_track: CredentialType | None
    minutes_per_week: int | None
    starts_on: date
    ends_on: date | None
    status: AssignmentStatus


class NewSupervisionSession(In):
    assignment_id: UUID
    kind: SessionKind
    held_on: date
    minutes: Minutes
    competencies: Annotated[list[Code], Field(max_length=30, default_factory=list)]


class SupervisionSessionOut(Out):
    id: UUID
    version: int
    assignment_id: UUID
    supervisee_id: UUID
    supervisor_id: UUID
    kind: SessionKind
    held_on: date
    minutes: int
    competencies: list[str]
    supervisee_signed_at: datetime | None
    supervisor_signed_at: datetime | None


class TaskClosure(In):
    reason: Code = "done"


class TaskOut(Out):
    """`rule` names the rule that makes the task due."""

    id: UUID
    version: int
    kind: str
    subject_id: UUID
    client_id: UUID | None
    clinic_id: UUID | None
    assignee_id: UUID | None
    role: str | None
    due_at: datetime
    rule: str
    status: TaskStatus
    is_overdue: bool
    opened_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    closed_at: datetime | None
    close_reason: str | None
