"""What comes in and what goes out."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints
from shared.schemas import In, Out

from clinical_records.fields import Answer, Code, Line, Number, Rank, Reason, ReviewDays, Text
from clinical_records.rules.assessments import AssessmentStatus, Domain, LevelOfCare, NotAssessed
from clinical_records.rules.care_team import TeamRole
from clinical_records.rules.cssrs import RiskLevel, RiskStatus
from clinical_records.rules.diagnoses import INPUT_PATTERN, Verification
from clinical_records.rules.discharges import DischargeReason, DischargeStatus, GoalOutcome
from clinical_records.rules.documents import DocumentKind
from clinical_records.rules.measures import InstrumentCode, MeasureOccasion, MeasureStatus
from clinical_records.rules.notes import NoteFormat, NoteKind, NoteStatus, Place, RiskThisSession
from clinical_records.rules.plans import PlanStatus, Responsible, ReviewReason, SignerKind
from clinical_records.rules.release import Document

# measures


class NewMeasure(In):
    client_id: UUID
    instrument: InstrumentCode
    occasion: MeasureOccasion = MeasureOccasion.ROUTINE


class Answers(In):
    """One answer per item in the instrument's order; null where none was given."""

    items: Annotated[list[Answer | None], Field(max_length=60)]
    difficulty: Annotated[int, Field(strict=True, ge=0, le=3)] | None = None


class ScoreOut(Out):
    instrument: InstrumentCode
    definition_version: str
    total: int | None
    highest: int
    band: str | None
    is_positive: bool | None
    is_prorated: bool
    item_alert: bool
    missing: list[str]
    loinc: str | None


class ItemOut(Out):
    id: str
    loinc: str | None
    highest: int


class InstrumentOut(Out):
    instrument: InstrumentCode
    definition_version: str
    items: list[ItemOut]
    bands: list[tuple[int, str]]
    positive_from: int
    most_missing: int
    safety_items: list[str]
    panel_loinc: str | None
    total_loinc: str | None
    answer_loincs: list[str]


class InstrumentList(Out):
    items: list[InstrumentOut]


class MeasureOut(Out):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID | None
    instrument: InstrumentCode
    definition_version: str
    occasion: MeasureOccasion
    status: MeasureStatus
    created_at: datetime
    items: list[int | None] | None
    total: int | None
    band: str | None
    is_positive: bool | None
    is_prorated: bool
    item_alert: bool
    change: dict[str, Any] | None
    scored_at: datetime | None
    security_labels: list[str]


class Why(In):
    reason: Reason


# risk


class CssrsAnswers(In):
    """The screener's answers; null or absent where none was given. q3 to q5 follow a yes to q2, q6b a yes to q6a."""

    q1: bool | None = None
    q2: bool | None = None
    q3: bool | None = None
    q4: bool | None = None
    q5: bool | None = None
    q6a: bool | None = None
    q6b: bool | None = None


class TriageOut(Out):
    level: RiskLevel
    is_complete: bool
    missing: tuple[str, ...]
    contradictory: tuple[str, ...]


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


class RiskOut(Out):
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
    security_labels: list[str]
    rationale: str | None = None


class RiskSummary(Out):
    id: UUID
    version: int
    client_id: UUID
    status: RiskStatus
    level: RiskLevel
    is_complete: bool
    created_at: datetime
    completed_at: datetime | None
    security_labels: list[str]


# assessments


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


class AssessmentSummary(Document, Out):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID
    author_id: UUID
    status: AssessmentStatus
    security_labels: list[str]
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


# diagnoses


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


class DiagnosisOut(Out):
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
    security_labels: list[str]


class DiagnosisChangeOut(Out):
    id: UUID
    verification: Verification
    rank: int
    changed_by: UUID
    reason: str | None
    created_at: datetime


class DiagnosisHistory(Out):
    items: list[DiagnosisChangeOut]


# care team


class NewMember(In):
    client_id: UUID
    episode_id: UUID
    member_id: UUID
    role: TeamRole
    is_primary: bool = False


class MemberOut(Out):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID
    member_id: UUID
    role: TeamRole
    is_primary: bool
    since: datetime
    until: datetime | None


# plans


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


class PlanSummary(Document, Out):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID
    author_id: UUID
    status: PlanStatus
    security_labels: list[str]
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


class EditionOut(Out):
    number: int
    author_id: UUID
    body: dict[str, Any]
    content_hash: str
    activated_at: datetime
    review_due_on: date
    review_reason: ReviewReason | None


class EditionList(Out):
    items: list[EditionOut]


# notes


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


class NoteSummary(Document, Out):
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
    security_labels: list[str]
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


class AddendumOut(Out):
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


# a client's own documents


class OwnDocumentRow(Out):
    id: UUID
    client_id: UUID
    kind: DocumentKind
    signed_at: datetime


class OwnDocumentOut(OwnDocumentRow):
    """`content` holds what its kind shows: the sections of a note, a plan as it was signed…"""

    content: dict[str, Any]


# discharges


class GoalResult(In):
    objective_id: UUID
    outcome: GoalOutcome


class NewDischarge(In):
    episode_id: UUID
    reason_code: DischargeReason
    discharged_on: date
    risk_level: RiskLevel
    goals: list[GoalResult] = Field(default_factory=list)
    summary: dict[Code, Text] = Field(default_factory=dict)


class DischargeChange(In):
    reason_code: DischargeReason | None = None
    discharged_on: date | None = None
    risk_level: RiskLevel | None = None
    goals: list[GoalResult] | None = None
    summary: dict[Code, Text] | None = None


class OutcomeOut(Out):
    instrument: InstrumentCode
    baseline: int
    last: int


class DischargeSummary(Document, Out):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID
    author_id: UUID
    status: DischargeStatus
    security_labels: list[str]
    reason_code: DischargeReason
    discharged_on: date
    last_service_on: date | None
    signed_at: datetime | None
    supervisor_id: UUID | None
    cosigned_at: datetime | None
    created_at: datetime


class DischargeOut(DischargeSummary):
    goals: list[GoalResult]
    risk_level: RiskLevel
    outcomes: list[OutcomeOut]
    content_hash: str | None
    summary: dict[str, str] = Field(default_factory=dict)
