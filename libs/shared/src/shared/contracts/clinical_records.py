"""What clinical-records tells: measures, risk, assessments, diagnoses, plans, notes, care team, discharge."""

from datetime import date, datetime
from uuid import UUID

from shared.events import Event


class ClinicalRecordsEvent(Event, topic="clinical-records"):
    pass


class CareTeamChanged(ClinicalRecordsEvent, name="care_team.changed.v1", aggregate="membership_id"):
    """`until` is None while the member belongs to the team."""

    membership_id: UUID
    client_id: UUID
    member_id: UUID
    role: str
    since: datetime
    until: datetime | None = None


class MeasureAssigned(ClinicalRecordsEvent, name="measure.assigned.v1", aggregate="administration_id"):
    administration_id: UUID
    client_id: UUID
    instrument: str


class MeasureScored(ClinicalRecordsEvent, name="measure.scored.v1", aggregate="administration_id"):
    """`band` is None where the instrument has none or the form could not be scored."""

    administration_id: UUID
    client_id: UUID
    instrument: str
    band: str | None
    item_alert: bool


class OutcomeRemissionReached(ClinicalRecordsEvent, name="outcome.remission_reached.v1", aggregate="administration_id"):
    administration_id: UUID
    client_id: UUID
    instrument: str


class RiskAssessed(ClinicalRecordsEvent, name="risk.assessed.v1", aggregate="assessment_id"):
    assessment_id: UUID
    client_id: UUID
    level: str
    is_complete: bool


class RiskElevated(ClinicalRecordsEvent, name="risk.elevated.v1", aggregate="assessment_id"):
    assessment_id: UUID
    client_id: UUID
    level: str
    due_at: datetime


class AssessmentSigned(ClinicalRecordsEvent, name="assessment.signed.v1", aggregate="assessment_id"):
    assessment_id: UUID
    client_id: UUID
    episode_id: UUID
    loc_code: str | None = None


class DiagnosisRecorded(ClinicalRecordsEvent, name="diagnosis.recorded.v1", aggregate="diagnosis_id"):
    """The code travels because authorizations decides on it; the clinician's text never does."""

    diagnosis_id: UUID
    client_id: UUID
    episode_id: UUID
    code: str
    rank: int
    verification: str


class PlanActivated(ClinicalRecordsEvent, name="plan.activated.v1", aggregate="plan_id"):
    plan_id: UUID
    client_id: UUID
    episode_id: UUID
    plan_version: int
    review_due_on: date


class PlanReviewed(ClinicalRecordsEvent, name="plan.reviewed.v1", aggregate="plan_id"):
    """A review is in force: this version replaced the one before."""

    plan_id: UUID
    client_id: UUID
    episode_id: UUID
    plan_version: int
    reason_code: str


class PlanReviewDue(ClinicalRecordsEvent, name="plan.review_due.v1", aggregate="plan_id"):
    plan_id: UUID
    client_id: UUID
    due_on: date


class NoteDue(ClinicalRecordsEvent, name="note.due.v1", aggregate="note_id"):
    note_id: UUID
    client_id: UUID
    appointment_id: UUID
    due_at: datetime


class NoteOverdue(ClinicalRecordsEvent, name="note.overdue.v1", aggregate="note_id"):
    note_id: UUID
    client_id: UUID
    author_id: UUID


class NoteSigned(ClinicalRecordsEvent, name="note.signed.v1", aggregate="note_id"):
    note_id: UUID
    client_id: UUID
    author_id: UUID
    needs_cosign: bool


class CosignRequested(ClinicalRecordsEvent, name="cosign.requested.v1", aggregate="note_id"):
    note_id: UUID
    client_id: UUID
    author_id: UUID
    supervisor_id: UUID
    due_at: datetime


class NoteCosigned(ClinicalRecordsEvent, name="note.cosigned.v1", aggregate="note_id"):
    note_id: UUID
    client_id: UUID
    author_id: UUID
    supervisor_id: UUID


class NoteReturned(ClinicalRecordsEvent, name="note.returned.v1", aggregate="note_id"):
    note_id: UUID
    client_id: UUID
    author_id: UUID
    supervisor_id: UUID


class NoteFinalized(ClinicalRecordsEvent, name="note.finalized.v1", aggregate="note_id"):
    """All that a charge is decided on: minutes face to face, the kind of service, who rendered it."""

    note_id: UUID
    client_id: UUID
    episode_id: UUID
    clinic_id: UUID
    appointment_id: UUID
    author_id: UUID
    supervisor_id: UUID | None = None
    service_kind: str
    service_date: date
    minutes: int
    is_telehealth: bool = False
    client_present: bool = True


class NoteAddended(ClinicalRecordsEvent, name="note.addended.v1", aggregate="note_id"):
    """A final note was added to. It stays as it was; a claim that rests on it is looked at again."""

    note_id: UUID
    client_id: UUID
    addendum_id: UUID
    author_id: UUID
    appointment_id: UUID | None = None


class NoteVoided(ClinicalRecordsEvent, name="note.voided.v1", aggregate="note_id"):
    """A final note was entered in error: what was charged and consumed for it is given back."""

    note_id: UUID
    client_id: UUID
    appointment_id: UUID | None = None


class DischargeFinalized(ClinicalRecordsEvent, name="discharge.finalized.v1", aggregate="discharge_id"):
    discharge_id: UUID
    client_id: UUID
    episode_id: UUID
    reason_code: str
    discharged_on: date
    last_service_on: date | None = None
