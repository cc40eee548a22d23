"""The tables. Records, but for the projections of other services' facts at the end."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.db import Record, UtcDateTime, text_enum
from shared.labels import Labelled
from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from clinical_records.rules.assessments import AssessmentStatus, LevelOfCare
from clinical_records.rules.care_team import TeamRole
from clinical_records.rules.cssrs import RiskLevel, RiskStatus
from clinical_records.rules.diagnoses import Verification
from clinical_records.rules.discharges import DischargeReason, DischargeStatus
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.measures import InstrumentCode, MeasureOccasion, MeasureStatus
from clinical_records.rules.notes import NoteFormat, NoteKind, NoteStatus, Place, RiskThisSession
from clinical_records.rules.plans import PlanStatus, ReviewReason, SignerKind
from clinical_records.rules.release import Document

Body = dict[str, Any]


def moment(default: Any = ...) -> Any:
    """A column for a time, with its zone."""
    return Field(default=default, sa_type=UtcDateTime)


class Client(Record, table=True):
    """The person as this service knows him: an id, and the end of the chain of what was signed about him."""

    __tablename__ = "client"
    clinic_id: UUID
    age_band: str = Field(max_length=40)
    chain_length: int = 0
    chain_hash: str = Field(default="", max_length=64)


class Episode(Record, table=True):
    __tablename__ = "episode"
    __table_args__ = (Index("ix_episode_client", "agency_id", "client_id", "id"),)
    client_id: UUID
    clinic_id: UUID
    program_id: UUID
    primary_clinician_id: UUID
    opened_on: date
    is_part2: bool
    closed_on: date | None = None


class CareTeamMember(Labelled, table=True):
    __tablename__ = "care_team_member"
    __table_args__ = (
        Index("ix_care_team_member_client", "agency_id", "client_id", "id"),
        Index("ix_care_team_member_member", "agency_id", "member_id", "id"),
        Index(
            "uq_care_team_member_primary",
            "agency_id",
            "episode_id",
            unique=True,
            postgresql_where=sql("is_primary AND until IS NULL"),
        ),
    )
    client_id: UUID
    episode_id: UUID
    member_id: UUID
    role: TeamRole = Field(sa_type=text_enum(TeamRole))
    is_primary: bool = False
    since: datetime = moment()
    until: datetime | None = moment(None)


class Duty(Record, table=True):
    """A task that this service opened and will close; workforce keeps the lists."""

    __tablename__ = "duty"
    __table_args__ = (
        Index("ix_duty_subject", "agency_id", "subject_id", "kind"),
        Index("ix_duty_client", "agency_id", "client_id", "kind"),
    )
    kind: DutyKind = Field(sa_type=text_enum(DutyKind))
    subject_id: UUID
    client_id: UUID
    due_at: datetime = moment()
    closed_at: datetime | None = moment(None)


class MeasureAdministration(Labelled, table=True):
    __tablename__ = "measure_administration"
    __table_args__ = (Index("ix_measure_administration_client", "agency_id", "client_id", "id"),)
    client_id: UUID
    episode_id: UUID | None = None
    instrument: InstrumentCode = Field(sa_type=text_enum(InstrumentCode))
    definition_version: str = Field(max_length=40)
    occasion: MeasureOccasion = Field(sa_type=text_enum(MeasureOccasion))
    status: MeasureStatus = Field(sa_type=text_enum(MeasureStatus))
    assigned_by: UUID
    items: list[int | None] | None = Field(default=None, sa_type=JSONB)
    unscored: Body | None = Field(default=None, sa_type=JSONB)
    total: int | None = None
    band: str | None = Field(default=None, max_length=40)
    is_positive: bool | None = None
    is_prorated: bool = False
    item_alert: bool = False
    change: Body | None = Field(default=None, sa_type=JSONB)
    answered_by: UUID | None = None
    scored_at: datetime | None = moment(None)
    void_reason: str | None = Field(default=None, max_length=400)


class RiskAssessment(Labelled, table=True):
    __tablename__ = "risk_assessment"
    __table_args__ = (Index("ix_risk_assessment_client", "agency_id", "client_id", "id"),)
    client_id: UUID
    author_id: UUID
    form_version: str = Field(max_length=40)
    answers: Body = Field(sa_type=JSONB)
    status: RiskStatus = Field(sa_type=text_enum(RiskStatus))
    triaged_level: RiskLevel = Field(sa_type=text_enum(RiskLevel))
    level: RiskLevel = Field(sa_type=text_enum(RiskLevel))
    is_complete: bool
    missing: list[str] = Field(sa_type=JSONB)
    contradictory: list[str] = Field(sa_type=JSONB)
    key_id: UUID | None = None
    sealed: bytes | None = None
    completed_at: datetime | None = moment(None)


class Assessment(Document, Labelled, table=True):
    """The biopsychosocial assessment; every domain is sealed."""

    __tablename__ = "assessment"
    __table_args__ = (Index("ix_assessment_client", "agency_id", "client_id", "id"),)
    client_id: UUID
    episode_id: UUID
    author_id: UUID
    status: AssessmentStatus = Field(sa_type=text_enum(AssessmentStatus))
    loc_code: LevelOfCare | None = Field(default=None, sa_type=text_enum(LevelOfCare))
    key_id: UUID | None = Field(default=None, nullable=False)
    sealed: bytes | None = Field(default=None, nullable=False)
    signed_at: datetime | None = moment(None)
    supervisor_id: UUID | None = None
    cosigned_at: datetime | None = moment(None)
    content_hash: str | None = Field(default=None, max_length=64)
    void_reason: str | None = Field(default=None, max_length=400)


class Diagnosis(Labelled, table=True):
    __tablename__ = "diagnosis"
    __table_args__ = (
        Index("ix_diagnosis_client", "agency_id", "client_id", "id"),
        Index(
            "uq_diagnosis_principal",
            "agency_id",
            "episode_id",
            unique=True,
            postgresql_where=sql("rank = 1 AND verification IN ('provisional', 'confirmed', 'rule_out')"),
        ),
    )
    client_id: UUID
    episode_id: UUID
    code: str = Field(max_length=8)
    code_set_version: str = Field(max_length=40)
    text: str | None = Field(default=None, max_length=400)
    rank: int
    verification: Verification = Field(sa_type=text_enum(Verification))
    is_billable: bool
    onset_on: date | None = None
    recorded_by: UUID
    resolved_on: date | None = None


class DiagnosisChange(Labelled, table=True):
    """The history of a diagnosis; only ever added to."""

    __tablename__ = "diagnosis_change"
    __table_args__ = (
        Index("ix_diagnosis_change_diagnosis", "agency_id", "diagnosis_id", "id"),
        ForeignKeyConstraint(
            ["agency_id", "diagnosis_id"], ["diagnosis.agency_id", "diagnosis.id"], name="fk_diagnosis_change_diagnosis"
        ),
    )
    diagnosis_id: UUID
    client_id: UUID
    verification: Verification = Field(sa_type=text_enum(Verification))
    rank: int
    changed_by: UUID
    reason: str | None = Field(default=None, max_length=400)


class Plan(Document, Labelled, table=True):
    __tablename__ = "plan"
    __table_args__ = (
        Index("ix_plan_client", "agency_id", "client_id", "id"),
        Index("uq_plan_open", "agency_id", "episode_id", unique=True, postgresql_where=sql("status <> 'closed'")),
    )
    client_id: UUID
    episode_id: UUID
    author_id: UUID
    status: PlanStatus = Field(sa_type=text_enum(PlanStatus))
    plan_version: int = 1
    body: Body = Field(sa_type=JSONB)
    review_every_days: int
    review_due_on: date | None = None
    review_reason: ReviewReason | None = Field(default=None, sa_type=text_enum(ReviewReason))
    needs_supervisor: bool = False
    supervisor_id: UUID | None = None
    activated_at: datetime | None = moment(None)
    closed_at: datetime | None = moment(None)


class PlanEdition(Labelled, table=True):
    """A version of a plan as it was signed; never changed."""

    __tablename__ = "plan_edition"
    __table_args__ = (
        Index("uq_plan_edition_number", "agency_id", "plan_id", "number", unique=True),
        ForeignKeyConstraint(["agency_id", "plan_id"], ["plan.agency_id", "plan.id"], name="fk_plan_edition_plan"),
    )
    plan_id: UUID
    client_id: UUID
    number: int
    author_id: UUID
    body: Body = Field(sa_type=JSONB)
    content_hash: str = Field(max_length=64)
    activated_at: datetime = moment()
    review_due_on: date
    review_reason: ReviewReason | None = Field(default=None, sa_type=text_enum(ReviewReason))


class PlanSignature(Record, table=True):
    __tablename__ = "plan_signature"
    __table_args__ = (
        Index(
            "uq_plan_signature_signer",
            "agency_id",
            "plan_id",
            "plan_version",
            "signer",
            unique=True,
            postgresql_where=sql("withdrawn_at IS NULL"),
        ),
        ForeignKeyConstraint(["agency_id", "plan_id"], ["plan.agency_id", "plan.id"], name="fk_plan_signature_plan"),
    )
    plan_id: UUID
    client_id: UUID
    plan_version: int
    signer: SignerKind = Field(sa_type=text_enum(SignerKind))
    recorded_by: UUID
    refusal_reason: str | None = Field(default=None, max_length=400)
    signed_at: datetime = moment()
    withdrawn_at: datetime | None = moment(None)


class Objective(Record, table=True):
    """An objective of a plan in force: what the golden thread is checked against."""

    __tablename__ = "objective"
    __table_args__ = (
        Index("ix_objective_client", "agency_id", "client_id", "is_active"),
        ForeignKeyConstraint(["agency_id", "plan_id"], ["plan.agency_id", "plan.id"], name="fk_objective_plan"),
    )
    plan_id: UUID
    client_id: UUID
    is_active: bool
    due_on: date


class Note(Document, Labelled, table=True):
    """A progress note. What was said is sealed; the rest is codes, ids and times."""

    __tablename__ = "note"
    __table_args__ = (
        Index("ix_note_client", "agency_id", "client_id", "id"),
        Index("ix_note_author", "agency_id", "author_id", "id"),
        Index(
            "uq_note_appointment",
            "agency_id",
            "appointment_id",
            unique=True,
            postgresql_where=sql("appointment_id IS NOT NULL"),
        ),
    )
    client_id: UUID
    clinic_id: UUID
    episode_id: UUID | None = None
    appointment_id: UUID | None = None
    author_id: UUID
    kind: NoteKind = Field(sa_type=text_enum(NoteKind))
    format: NoteFormat = Field(sa_type=text_enum(NoteFormat))
    status: NoteStatus = Field(sa_type=text_enum(NoteStatus))
    service_date: date
    timezone: str = Field(max_length=64)
    started_at: datetime | None = moment(None)
    ended_at: datetime | None = moment(None)
    minutes: int = 0
    is_telehealth: bool = False
    client_present: bool = True
    place: Place | None = Field(default=None, sa_type=text_enum(Place))
    is_emergency_contact_checked: bool = False
    attendees: list[str] = Field(default_factory=list, sa_type=JSONB)
    modalities: list[str] = Field(default_factory=list, sa_type=JSONB)
    interventions: list[str] = Field(default_factory=list, sa_type=JSONB)
    objective_ids: list[str] = Field(default_factory=list, sa_type=JSONB)
    diagnosis_ids: list[str] = Field(default_factory=list, sa_type=JSONB)
    risk: RiskThisSession | None = Field(default=None, sa_type=text_enum(RiskThisSession))
    service_code: str | None = Field(default=None, max_length=5)
    key_id: UUID | None = None
    sealed: bytes | None = None
    due_at: datetime | None = moment(None)
    is_late: bool = False
    signed_at: datetime | None = moment(None)
    supervisor_id: UUID | None = None
    cosigned_at: datetime | None = moment(None)
    content_hash: str | None = Field(default=None, max_length=64)
    void_requested_by: UUID | None = None
    void_reason: str | None = Field(default=None, max_length=400)
    voided_at: datetime | None = moment(None)


class NoteAddendum(Labelled, table=True):
    __tablename__ = "note_addendum"
    __table_args__ = (
        Index("ix_note_addendum_note", "agency_id", "note_id", "id"),
        ForeignKeyConstraint(["agency_id", "note_id"], ["note.agency_id", "note.id"], name="fk_note_addendum_note"),
    )
    note_id: UUID
    client_id: UUID
    author_id: UUID
    key_id: UUID | None = Field(default=None, nullable=False)
    sealed: bytes | None = Field(default=None, nullable=False)
    content_hash: str = Field(max_length=64)


class NoteLink(Record, table=True):
    """One link of a chart's chain: a note that became final, an addendum, a void. Only ever added to."""

    __tablename__ = "note_link"
    __table_args__ = (
        Index("uq_note_link_number", "agency_id", "client_id", "number", unique=True),
        ForeignKeyConstraint(["agency_id", "note_id"], ["note.agency_id", "note.id"], name="fk_note_link_note"),
    )
    note_id: UUID
    client_id: UUID
    number: int
    kind: str = Field(max_length=40)
    source_id: UUID
    content_hash: str = Field(max_length=64)
    previous_hash: str = Field(max_length=64)
    link_hash: str = Field(max_length=64)
    signed_by: UUID
    signer: Body = Field(sa_type=JSONB)
    signed_at: datetime = moment()


class Discharge(Document, Labelled, table=True):
    __tablename__ = "discharge"
    __table_args__ = (
        Index("ix_discharge_client", "agency_id", "client_id", "id"),
        Index("uq_discharge_episode", "agency_id", "episode_id", unique=True),
    )
    client_id: UUID
    episode_id: UUID
    author_id: UUID
    status: DischargeStatus = Field(sa_type=text_enum(DischargeStatus))
    reason_code: DischargeReason = Field(sa_type=text_enum(DischargeReason))
    discharged_on: date
    last_service_on: date | None = None
    goals: list[Body] = Field(sa_type=JSONB)
    risk_level: RiskLevel = Field(sa_type=text_enum(RiskLevel))
    outcomes: list[Body] = Field(default_factory=list, sa_type=JSONB)
    key_id: UUID | None = Field(default=None, nullable=False)
    sealed: bytes | None = Field(default=None, nullable=False)
    signed_at: datetime | None = moment(None)
    supervisor_id: UUID | None = None
    cosigned_at: datetime | None = moment(None)
    content_hash: str | None = Field(default=None, max_length=64)


class Agency(Record, table=True):
    """Projection of agency.changed."""

    __tablename__ = "agency"
    timezone: str = Field(max_length=64)


class Clinic(Record, table=True):
    """Projection of clinic.changed."""

    __tablename__ = "clinic"
    timezone: str = Field(max_length=64)


class Program(Record, table=True):
    """Projection of program.published."""

    __tablename__ = "program"
    clinic_id: UUID
    is_part2: bool
    review_every_days: int


class Clinician(Record, table=True):
    """Projection of clinician.profile_changed."""

    __tablename__ = "clinician"
    npi: str | None = Field(default=None, max_length=10)
    can_sign_independently: bool
    needs_cosign: bool


class Credential(Record, table=True):
    """Projection of credential.verified and credential.expired."""

    __tablename__ = "credential"
    __table_args__ = (Index("ix_credential_clinician", "agency_id", "clinician_id"),)
    clinician_id: UUID
    issued_on: date
    expires_on: date


class Supervision(Record, table=True):
    """Projection of supervision.assigned."""

    __tablename__ = "supervision"
    __table_args__ = (Index("ix_supervision_supervisee", "agency_id", "supervisee_id"),)
    supervisee_id: UUID
    supervisor_id: UUID
    starts_on: date
    ends_on: date | None = None
