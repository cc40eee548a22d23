"""Assessments."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from shared.schemas import In, LabelledOut, Out

from clinical_records.fields import Code, Line, Text
from clinical_records.rules.assessments import AssessmentStatus, Domain, LevelOfCare, NotAssessed
from clinical_records.rules.release import Document


class DomainEntry(In):
    """A narrative, or the reason why there is none."""

    narrative: Text | None = None
    findings: dict[Code, Line] = Field(default_factory=dict)
    not_assessed: NotAssessed | None = None


class NewAssessment(In):
    client_id: UUID
    episode_id: UUID
    loc_code: LevelOfCare | None = None
    domains: dict[Domain, DomainEntry] = Field(default_factory=dict)


class AssessmentChange(In):
    loc_code: LevelOfCare | None = None
    domains: dict[Domain, DomainEntry] = Field(default_factory=dict)


class AssessmentSummary(Document, LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID
    author_id: UUID
    status: AssessmentStatus
    loc_code: LevelOfCare | None
    created_at: datetime
    signed_at: datetime | None
    supervisor_id: UUID | None
    cosigned_at: datetime | None


class AssessmentOut(AssessmentSummary):
    content_hash: str | None
    domains: dict[Domain, DomainEntry] = Field(default_factory=dict)
    missing: list[Domain] = Field(default_factory=list)


class DomainList(Out):
    items: list[Domain]
