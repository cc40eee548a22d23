"""Risk assessments."""

from datetime import datetime
from uuid import UUID

from shared.schemas import In, LabelledOut

from clinical_records.fields import Code, Text
from clinical_records.rules.cssrs import RiskLevel, RiskStatus
from clinical_records.schemas.risk import CssrsAnswers


class NewRisk(In):
    client_id: UUID
    form_version: Code = "recent-2010"
    answers: CssrsAnswers
    level: RiskLevel | None = None
    rationale: Text | None = None


class RiskAnswers(In):
    answers: CssrsAnswers
    level: RiskLevel | None = None
    rationale: Text | None = None


class RiskOut(LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    author_id: UUID
    form_version: str
    answers: dict[str, bool | None]
    status: RiskStatus
    triaged_level: RiskLevel
    level: RiskLevel
    is_complete: bool
    missing: list[str]
    contradictory: list[str]
    created_at: datetime
    completed_at: datetime | None
    rationale: str | None = None


class RiskSummary(LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    status: RiskStatus
    level: RiskLevel
    is_complete: bool
    created_at: datetime
    completed_at: datetime | None
