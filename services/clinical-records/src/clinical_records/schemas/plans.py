"""Treatment plans, their signatures and editions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from shared.schemas import In, LabelledOut, Out

from clinical_records.fields import Code, Line, Number, Reason, ReviewDays, Text
from clinical_records.rules.plans import PlanStatus, Responsible, ReviewReason, SignerKind
from clinical_records.rules.release import Document


class InterventionIn(In):
    modality: Code
    technique: Line | None = None
    service_kind: Code
    frequency: Line | None = None
    duration: Line | None = None
    provider_id: UUID | None = None


class ObjectiveIn(In):
    """What may still be missing in a draft must be there when the clinician signs."""

    id: UUID | None = None
    text: Text | None = None
    metric: Line | None = None
    baseline: Number | Line | None = None
    target: Number | Line | None = None
    unit: Line | None = None
    due_on: date | None = None
    responsible: Responsible | None = None
    interventions: list[InterventionIn] = Field(default_factory=list)


class GoalIn(In):
    own_words: Text | None = None
    text: Text
    objectives: list[ObjectiveIn] = Field(default_factory=list)


class ProblemIn(In):
    text: Text
    diagnosis_id: UUID | None = None
    need_id: UUID | None = None
    goals: list[GoalIn] = Field(default_factory=list)


class PlanContent(In):
    problems: list[ProblemIn] = Field(default_factory=list)
    strengths: list[Line] = Field(default_factory=list)
    barriers: list[Line] = Field(default_factory=list)
    preferences: list[Line] = Field(default_factory=list)
    cultural_adaptations: list[Line] = Field(default_factory=list)
    natural_supports: list[Line] = Field(default_factory=list)
    discharge_criteria: list[Line] = Field(default_factory=list)


class NewPlan(PlanContent):
    episode_id: UUID
    review_every_days: ReviewDays | None = None


class PlanReview(PlanContent):
    reason: ReviewReason
    review_every_days: ReviewDays | None = None


class NewSignature(In):
    """A refusal needs its reason; only a client or guardian may refuse."""

    signer: SignerKind
    refusal_reason: Reason | None = None


class SignatureOut(Out):
    signer: SignerKind
    recorded_by: UUID
    refusal_reason: str | None
    signed_at: datetime


class PlanSummary(Document, LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID
    author_id: UUID
    status: PlanStatus
    plan_version: int
    review_every_days: int
    review_due_on: date | None
    activated_at: datetime | None
    created_at: datetime


class PlanOut(PlanSummary):
    problems: list[dict[str, Any]] = Field(default_factory=list)
    strengths: list[str] = Field(default_factory=list)
    barriers: list[str] = Field(default_factory=list)
    preferences: list[str] = Field(default_factory=list)
    cultural_adaptations: list[str] = Field(default_factory=list)
    natural_supports: list[str] = Field(default_factory=list)
    discharge_criteria: list[str] = Field(default_factory=list)
    review_reason: ReviewReason | None
    signatures: list[SignatureOut] = Field(default_factory=list)
    awaited: list[SignerKind] = Field(default_factory=list)


class EditionOut(LabelledOut):
    number: int
    author_id: UUID
    body: dict[str, Any]
    content_hash: str
    activated_at: datetime
    review_due_on: date
    review_reason: ReviewReason | None


class EditionList(Out):
    items: list[EditionOut]
