"""Notes, their addenda and the chain of their links."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints
from shared.schemas import In, LabelledOut, Out

from clinical_records.fields import Code, Line, Reason, Text
from clinical_records.rules.notes import NoteFormat, NoteKind, NoteStatus, Place, RiskThisSession
from clinical_records.rules.release import Document


class NoteContent(In):
    """The draft's content. A section that is null is taken out."""

    format: NoteFormat | None = None
    content: dict[Code, Text | None] | None = None
    response: Text | None = None
    client_location: Line | None = None
    risk_reason: Reason | None = None
    place: Place | None = None
    is_emergency_contact_checked: bool | None = None
    client_present: bool | None = None
    attendees: list[Code] | None = None
    modalities: list[Code] | None = None
    interventions: list[Code] | None = None
    objective_ids: list[UUID] | None = None
    diagnosis_ids: list[UUID] | None = None
    risk: RiskThisSession | None = None
    service_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z][0-9]{4}$")] | None = None


class NoteChange(NoteContent):
    pass


class NewNote(NoteContent):
    """A note without an appointment: a call, a consultation, case management, a no-show."""

    client_id: UUID
    kind: NoteKind
    started_at: AwareDatetime
    ended_at: AwareDatetime


class NewAddendum(In):
    text: Text


class NoteSummary(Document, LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID | None
    clinic_id: UUID
    appointment_id: UUID | None
    author_id: UUID
    kind: NoteKind
    format: NoteFormat
    status: NoteStatus
    service_date: date
    timezone: str
    started_at: datetime | None
    ended_at: datetime | None
    minutes: int
    is_late: bool
    due_at: datetime | None
    signed_at: datetime | None
    supervisor_id: UUID | None
    cosigned_at: datetime | None
    voided_at: datetime | None
    created_at: datetime


class AddendumOut(LabelledOut):
    id: UUID
    author_id: UUID
    created_at: datetime
    content_hash: str
    text: str | None = None


class NoteOut(NoteSummary):
    content: dict[str, str] = Field(default_factory=dict)
    response: str | None = None
    client_location: str | None = None
    risk_reason: str | None = None
    is_telehealth: bool
    client_present: bool
    place: Place | None
    is_emergency_contact_checked: bool
    attendees: list[str]
    modalities: list[str]
    interventions: list[str]
    objective_ids: list[UUID]
    diagnosis_ids: list[UUID]
    risk: RiskThisSession | None
    service_code: str | None
    content_hash: str | None
    void_requested_by: UUID | None
    void_reason: str | None
    return_reason: str | None = None
    addenda: list[AddendumOut] = Field(default_factory=list)


class ChainOut(Out):
    """Whether what was signed about a client is unchanged. `broken_at` is the first link that does not hold."""

    client_id: UUID
    length: int
    is_intact: bool
    broken_at: int | None
