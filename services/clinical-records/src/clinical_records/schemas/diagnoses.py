"""Diagnoses and their changes."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints
from shared.schemas import In, LabelledOut, Out

from clinical_records.fields import Rank, Reason
from clinical_records.rules.diagnoses import INPUT_PATTERN, Verification


class NewDiagnosis(In):
    client_id: UUID
    episode_id: UUID
    code: Annotated[str, StringConstraints(pattern=INPUT_PATTERN)]
    rank: Rank
    verification: Verification
    text: Reason | None = None
    onset_on: date | None = None


class DiagnosisStep(In):
    verification: Verification
    reason: Reason | None = None


class DiagnosisChangeIn(In):
    rank: Rank


class DiagnosisOut(LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID
    code: str
    code_system: str = "http://hl7.org/fhir/sid/icd-10-cm"
    code_set_version: str
    text: str | None
    rank: int
    verification: Verification
    is_billable: bool
    onset_on: date | None
    recorded_by: UUID
    resolved_on: date | None
    created_at: datetime


class DiagnosisChangeOut(LabelledOut):
    id: UUID
    verification: Verification
    rank: int
    changed_by: UUID
    reason: str | None
    created_at: datetime


class DiagnosisHistory(Out):
    items: list[DiagnosisChangeOut]
