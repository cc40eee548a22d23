"""Every statement of this service. A query about a client's record shows only what the caller may see (decision 4)."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import combinations
from typing import Any, TypeVar
from uuid import UUID

from shared.access import visible
from shared.db import Record, Transaction
from shared.errors import NotFound
from shared.pagination import Page, PageRequest
from sqlalchemy import Date, DateTime, Select, String, Uuid, bindparam, func, literal, or_, select, union_all, update
from sqlmodel import col

from clinical_records.models import (
    Agency,
    Assessment,
    CareTeamMember,
    Client,
    Clinic,
    Clinician,
    Credential,
    Diagnosis,
    DiagnosisChange,
    Discharge,
    Duty,
    Episode,
    MeasureAdministration,
    Note,
    NoteAddendum,
    NoteLink,
    Objective,
    Plan,
    PlanEdition,
    PlanSignature,
    Program,
    RiskAssessment,
    Supervision,
)
from clinical_records.rules.assessments import AssessmentStatus
from clinical_records.rules.cssrs import RiskStatus
from clinical_records.rules.diagnoses import STANDS
from clinical_records.rules.discharges import DischargeStatus
from clinical_records.rules.documents import DocumentKind
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.measures import TAKES_ANSWERS, InstrumentCode, MeasureStatus
from clinical_records.rules.notes import NoteKind, NoteStatus
from clinical_records.rules.plans import PlanStatus
from clinical_records.rules.signing import Validity
from clinical_records.schemas import OwnDocumentRow

R = TypeVar("R", bound=Record)
Lists = dict[tuple[str, ...], Select[Any]]


def uuid(name: str) -> Any:
    return bindparam(name, type_=Uuid)


def by_id(model: Any) -> Select[Any]:
    return select(model).where(model.id == uuid("id"), visible(model.client_id))


def bare(model: Any) -> Select[Any]:
    return select(model).where(model.id == uuid("id"))


def lists(model: Any, *filters: str, base: Select[Any] | None = None) -> Lists:
    """One statement for each set of filters that a caller may give."""
    start = (base if base is not None else select(model)).where(visible(model.client_id))
    return {
        names: start.where(
            *(getattr(model, name) == bindparam(name, type_=getattr(model, name).type) for name in names)
        )
        for size in range(len(filters) + 1)
        for names in combinations(filters, size)
    }


async def paged(tx: Transaction, model: type[R], table: Lists, page: PageRequest, **filters: Any) -> Page[R]:
    given = {name: value for name, value in filters.items() if value is not None}
    return await tx.fetch_page(model, table[tuple(given)], page, **given)


# clients, episodes, the care team

CLIENT = select(Client).where(col(Client.id) == uuid("id"), visible(col(Client.id)))
CLIENT_LOCK = CLIENT.with_for_update()
CLIENT_BARE = bare(Client)
EPISODE = by_id(Episode)
EPISODE_BARE = bare(Episode)
OPEN_EPISODE = (
    select(Episode)
    .where(col(Episode.client_id) == uuid("client_id"), col(Episode.closed_on).is_(None))
    .order_by(col(Episode.is_part2).desc(), col(Episode.id).desc())
    .limit(1)
)
PART2_EPISODES = select(col(Episode.id)).where(
    col(Episode.client_id) == uuid("client_id"),
    col(Episode.is_part2),
    or_(uuid("episode_id").is_(None), col(Episode.id) == uuid("episode_id")),
)
MEMBER_LOCK = by_id(CareTeamMember).with_for_update()
MEMBER = by_id(CareTeamMember)
PRIMARY_LOCK = (
    select(CareTeamMember)
    .where(
        col(CareTeamMember.episode_id) == uuid("episode_id"),
        col(CareTeamMember.is_primary).is_(True),
        col(CareTeamMember.until).is_(None),
    )
    .with_for_update()
)
TEAM_LOCK = (
    select(CareTeamMember)
    .where(col(CareTeamMember.episode_id) == uuid("episode_id"), col(CareTeamMember.until).is_(None))
    .order_by(col(CareTeamMember.id))
    .with_for_update()
)
MEMBERS = lists(CareTeamMember, "client_id", "episode_id", "member_id")
CASELOADS = lists(
    CareTeamMember,
    "member_id",
    base=select(CareTeamMember).where(col(CareTeamMember.until).is_(None)),
)


async def get_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, CLIENT, id=client_id)


async def find_client(tx: Transaction, client_id: UUID) -> Client | None:
    return await tx.fetch_optional(Client, CLIENT_BARE, id=client_id)


async def lock_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, CLIENT_LOCK, id=client_id)


async def get_episode(tx: Transaction, episode_id: UUID) -> Episode:
    return await tx.fetch_one(Episode, EPISODE, id=episode_id)


async def find_episode(tx: Transaction, episode_id: UUID) -> Episode | None:
    return await tx.fetch_optional(Episode, EPISODE_BARE, id=episode_id)


async def find_open_episode(tx: Transaction, client_id: UUID) -> Episode | None:
    """Of several the one of Part 2: where nobody says to which a record belongs, it is kept as the stricter asks."""
    return await tx.fetch_optional(Episode, OPEN_EPISODE, client_id=client_id)


async def is_part2(tx: Transaction, client_id: UUID, episode_id: UUID | None) -> bool:
    """Whether the episode is of Part 2; without one, whether any of the client's is."""
    return bool(await tx.rows(PART2_EPISODES, client_id=client_id, episode_id=episode_id))


async def get_member(tx: Transaction, member_id: UUID) -> CareTeamMember:
    return await tx.fetch_one(CareTeamMember, MEMBER, id=member_id)


async def lock_member(tx: Transaction, member_id: UUID) -> CareTeamMember:
    return await tx.fetch_one(CareTeamMember, MEMBER_LOCK, id=member_id)


async def lock_primary(tx: Transaction, episode_id: UUID) -> CareTeamMember | None:
    return await tx.fetch_optional(CareTeamMember, PRIMARY_LOCK, episode_id=episode_id)


async def lock_team(tx: Transaction, episode_id: UUID) -> list[CareTeamMember]:
    return await tx.fetch_all(CareTeamMember, TEAM_LOCK, episode_id=episode_id)


async def list_members(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, episode_id: UUID | None, member_id: UUID | None
) -> Page[CareTeamMember]:
    return await paged(
        tx, CareTeamMember, MEMBERS, page, client_id=client_id, episode_id=episode_id, member_id=member_id
    )


async def list_caseload(tx: Transaction, page: PageRequest, member_id: UUID) -> Page[CareTeamMember]:
    return await paged(tx, CareTeamMember, CASELOADS, page, member_id=member_id)


# duties

OPEN_DUTIES = (
    select(Duty)
    .where(
        col(Duty.closed_at).is_(None),
        col(Duty.kind) == bindparam("kind", type_=String),
        or_(col(Duty.subject_id) == uuid("about"), col(Duty.client_id) == uuid("about")),
    )
    .order_by(col(Duty.id))
    .with_for_update()
)


async def lock_open_duties(tx: Transaction, kind: DutyKind, about: UUID) -> list[Duty]:
    """The open duties of a kind about a subject or about a client."""
    return await tx.fetch_all(Duty, OPEN_DUTIES, kind=kind.value, about=about)


# measures

ADMINISTRATION = by_id(MeasureAdministration)
ADMINISTRATION_LOCK = ADMINISTRATION.with_for_update()
ADMINISTRATION_BARE_LOCK = bare(MeasureAdministration).with_for_update()
ADMINISTRATIONS = lists(MeasureAdministration, "client_id", "episode_id", "instrument", "status")
SCORED = (
    select(MeasureAdministration)
    .where(
        col(MeasureAdministration.client_id) == uuid("client_id"),
        col(MeasureAdministration.episode_id).is_not_distinct_from(uuid("episode_id")),
        col(MeasureAdministration.status) == MeasureStatus.SCORED,
    )
    .order_by(col(MeasureAdministration.scored_at), col(MeasureAdministration.id))
)
SCORED_WITH = SCORED.where(col(MeasureAdministration.instrument) == bindparam("instrument", type_=String))
ATTACH_ADMINISTRATIONS = (
    update(MeasureAdministration)
    .where(
        col(MeasureAdministration.client_id) == uuid("about_client"),
        col(MeasureAdministration.episode_id).is_(None),
        col(MeasureAdministration.created_at) >= bindparam("since", type_=DateTime(timezone=True)),
    )
    .values(episode_id=uuid("to_episode"), version=col(MeasureAdministration.version) + 1)
)


async def get_administration(tx: Transaction, administration_id: UUID) -> MeasureAdministration:
    return await tx.fetch_one(MeasureAdministration, ADMINISTRATION, id=administration_id)


async def lock_administration(tx: Transaction, administration_id: UUID) -> MeasureAdministration:
    return await tx.fetch_one(MeasureAdministration, ADMINISTRATION_LOCK, id=administration_id)


async def lock_open_administration(tx: Transaction, administration_id: UUID) -> MeasureAdministration | None:
    """None when it no longer takes answers."""
    found = await tx.fetch_optional(MeasureAdministration, ADMINISTRATION_BARE_LOCK, id=administration_id)
    return found if found and found.status in TAKES_ANSWERS else None


async def list_administrations(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    episode_id: UUID | None,
    instrument: InstrumentCode | None,
    status: MeasureStatus | None,
) -> Page[MeasureAdministration]:
    return await paged(
        tx, MeasureAdministration, ADMINISTRATIONS, page,
        client_id=client_id, episode_id=episode_id, instrument=instrument, status=status,
    )  # fmt: skip


async def list_scored(
    tx: Transaction, client_id: UUID, episode_id: UUID | None, instrument: InstrumentCode
) -> list[MeasureAdministration]:
    """What was scored in the episode so far, the baseline first."""
    return await tx.fetch_all(
        MeasureAdministration, SCORED_WITH, client_id=client_id, episode_id=episode_id, instrument=instrument.value
    )


async def list_scored_in_episode(tx: Transaction, client_id: UUID, episode_id: UUID) -> list[MeasureAdministration]:
    return await tx.fetch_all(MeasureAdministration, SCORED, client_id=client_id, episode_id=episode_id)


async def attach_administrations(tx: Transaction, client_id: UUID, episode_id: UUID, since: datetime) -> int:
    """What was answered before admission belongs to the episode that it led to."""
    return await tx.run(ATTACH_ADMINISTRATIONS, about_client=client_id, to_episode=episode_id, since=since)


# risk

RISK = by_id(RiskAssessment)
RISK_LOCK = RISK.with_for_update()
RISKS = lists(RiskAssessment, "client_id", "status")
STANDING_RISK = (
    select(RiskAssessment)
    .where(col(RiskAssessment.client_id) == uuid("client_id"), col(RiskAssessment.status) == RiskStatus.COMPLETE)
    .order_by(col(RiskAssessment.id))
    .with_for_update()
)


async def get_risk(tx: Transaction, assessment_id: UUID) -> RiskAssessment:
    return await tx.fetch_one(RiskAssessment, RISK, id=assessment_id)


async def lock_risk(tx: Transaction, assessment_id: UUID) -> RiskAssessment:
    return await tx.fetch_one(RiskAssessment, RISK_LOCK, id=assessment_id)


async def lock_standing_risks(tx: Transaction, client_id: UUID) -> list[RiskAssessment]:
    return await tx.fetch_all(RiskAssessment, STANDING_RISK, client_id=client_id)


async def list_risks(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: RiskStatus | None
) -> Page[RiskAssessment]:
    return await paged(tx, RiskAssessment, RISKS, page, client_id=client_id, status=status)


# assessments

ASSESSMENT = by_id(Assessment)
ASSESSMENT_LOCK = ASSESSMENT.with_for_update()
ASSESSMENTS = lists(Assessment, "client_id", "episode_id", "status")


async def get_assessment(tx: Transaction, assessment_id: UUID) -> Assessment:
    return await tx.fetch_one(Assessment, ASSESSMENT, id=assessment_id)


async def lock_assessment(tx: Transaction, assessment_id: UUID) -> Assessment:
    return await tx.fetch_one(Assessment, ASSESSMENT_LOCK, id=assessment_id)


async def list_assessments(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    episode_id: UUID | None,
    status: AssessmentStatus | None,
) -> Page[Assessment]:
    return await paged(tx, Assessment, ASSESSMENTS, page, client_id=client_id, episode_id=episode_id, status=status)


# diagnoses

DIAGNOSIS = by_id(Diagnosis)
DIAGNOSIS_LOCK = DIAGNOSIS.with_for_update()
DIAGNOSES = lists(Diagnosis, "client_id", "episode_id", "verification")
PRINCIPAL = select(Diagnosis).where(
    col(Diagnosis.episode_id) == uuid("episode_id"),
    col(Diagnosis.rank) == 1,
    col(Diagnosis.verification).in_(tuple(STANDS)),
)
CHANGES = (
    select(DiagnosisChange)
    .where(col(DiagnosisChange.diagnosis_id) == uuid("diagnosis_id"), visible(col(DiagnosisChange.client_id)))
    .order_by(col(DiagnosisChange.id))
)
KNOWN_DIAGNOSES = select(Diagnosis).where(
    col(Diagnosis.client_id) == uuid("client_id"),
    col(Diagnosis.verification).in_(tuple(STANDS)),
)


async def get_diagnosis(tx: Transaction, diagnosis_id: UUID) -> Diagnosis:
    return await tx.fetch_one(Diagnosis, DIAGNOSIS, id=diagnosis_id)


async def lock_diagnosis(tx: Transaction, diagnosis_id: UUID) -> Diagnosis:
    return await tx.fetch_one(Diagnosis, DIAGNOSIS_LOCK, id=diagnosis_id)


async def find_principal(tx: Transaction, episode_id: UUID) -> Diagnosis | None:
    return await tx.fetch_optional(Diagnosis, PRINCIPAL, episode_id=episode_id)


async def list_diagnoses(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, episode_id: UUID | None, verification: str | None
) -> Page[Diagnosis]:
    return await paged(
        tx, Diagnosis, DIAGNOSES, page, client_id=client_id, episode_id=episode_id, verification=verification
    )


async def list_standing_diagnoses(tx: Transaction, client_id: UUID) -> list[Diagnosis]:
    return await tx.fetch_all(Diagnosis, KNOWN_DIAGNOSES, client_id=client_id)


async def list_diagnosis_changes(tx: Transaction, diagnosis_id: UUID) -> list[DiagnosisChange]:
    return await tx.fetch_all(DiagnosisChange, CHANGES, diagnosis_id=diagnosis_id)


# plans

PLAN = by_id(Plan)
PLAN_LOCK = PLAN.with_for_update()
PLANS = lists(Plan, "client_id", "episode_id", "status")
OPEN_PLAN_LOCK = (
    select(Plan)
    .where(col(Plan.episode_id) == uuid("episode_id"), col(Plan.status) != PlanStatus.CLOSED)
    .with_for_update()
)
SIGNATURES = (
    select(PlanSignature)
    .where(
        col(PlanSignature.plan_id) == uuid("plan_id"),
        col(PlanSignature.withdrawn_at).is_(None),
        visible(col(PlanSignature.client_id)),
    )
    .order_by(col(PlanSignature.id))
)
EDITIONS = (
    select(PlanEdition)
    .where(col(PlanEdition.plan_id) == uuid("plan_id"), visible(col(PlanEdition.client_id)))
    .order_by(col(PlanEdition.number))
)
PLAN_OBJECTIVES = select(Objective).where(col(Objective.plan_id) == uuid("plan_id")).with_for_update()
ACTIVE_OBJECTIVES = select(col(Objective.id)).where(
    col(Objective.client_id) == uuid("client_id"),
    col(Objective.is_active).is_(True),
)
WITHDRAW_SIGNATURES = (
    update(PlanSignature)
    .where(
        col(PlanSignature.plan_id) == uuid("about_plan"),
        col(PlanSignature.withdrawn_at).is_(None),
    )
    .values(withdrawn_at=bindparam("at", type_=DateTime(timezone=True)), version=col(PlanSignature.version) + 1)
)


async def get_plan(tx: Transaction, plan_id: UUID) -> Plan:
    return await tx.fetch_one(Plan, PLAN, id=plan_id)


async def lock_plan(tx: Transaction, plan_id: UUID) -> Plan:
    return await tx.fetch_one(Plan, PLAN_LOCK, id=plan_id)


async def lock_open_plan(tx: Transaction, episode_id: UUID) -> Plan | None:
    return await tx.fetch_optional(Plan, OPEN_PLAN_LOCK, episode_id=episode_id)


async def list_plans(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, episode_id: UUID | None, status: PlanStatus | None
) -> Page[Plan]:
    return await paged(tx, Plan, PLANS, page, client_id=client_id, episode_id=episode_id, status=status)


async def list_signatures(tx: Transaction, plan_id: UUID) -> list[PlanSignature]:
    return await tx.fetch_all(PlanSignature, SIGNATURES, plan_id=plan_id)


async def withdraw_signatures(tx: Transaction, plan_id: UUID) -> int:
    """A plan that goes back to draft is signed anew."""
    return await tx.run(WITHDRAW_SIGNATURES, about_plan=plan_id, at=tx.now)


async def list_editions(tx: Transaction, plan_id: UUID) -> list[PlanEdition]:
    return await tx.fetch_all(PlanEdition, EDITIONS, plan_id=plan_id)


async def lock_objectives(tx: Transaction, plan_id: UUID) -> list[Objective]:
    return await tx.fetch_all(Objective, PLAN_OBJECTIVES, plan_id=plan_id)


async def list_active_objective_ids(tx: Transaction, client_id: UUID) -> frozenset[UUID]:
    return frozenset(row[0] for row in await tx.rows(ACTIVE_OBJECTIVES, client_id=client_id))


# notes

READABLE = or_(
    func.coalesce(func.current_setting("app.reach", True), "") != "own", col(Note.status) == NoteStatus.FINAL
)
NOTE = by_id(Note).where(READABLE)
NOTE_LOCK = by_id(Note).with_for_update()
NOTE_BARE_LOCK = bare(Note).with_for_update()
NOTES = lists(
    Note, "client_id", "episode_id", "author_id", "appointment_id", "status", base=select(Note).where(READABLE)
)
ADDENDA = (
    select(NoteAddendum)
    .where(col(NoteAddendum.note_id) == uuid("note_id"), visible(col(NoteAddendum.client_id)))
    .order_by(col(NoteAddendum.id))
)
LINKS = (
    select(NoteLink)
    .where(col(NoteLink.client_id) == uuid("client_id"), visible(col(NoteLink.client_id)))
    .order_by(col(NoteLink.number))
)
LAST_SERVICE = select(func.max(col(Note.service_date))).where(
    col(Note.episode_id) == uuid("episode_id"),
    col(Note.status) != NoteStatus.VOIDED,
    col(Note.kind) != NoteKind.NO_SHOW,
    col(Note.appointment_id).is_not(None),
)


async def get_note(tx: Transaction, note_id: UUID) -> Note:
    return await tx.fetch_one(Note, NOTE, id=note_id)


async def lock_note(tx: Transaction, note_id: UUID) -> Note:
    return await tx.fetch_one(Note, NOTE_LOCK, id=note_id)


async def lock_note_bare(tx: Transaction, note_id: UUID) -> Note:
    return await tx.fetch_one(Note, NOTE_BARE_LOCK, id=note_id)


async def list_notes(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    episode_id: UUID | None,
    author_id: UUID | None,
    appointment_id: UUID | None,
    status: NoteStatus | None,
) -> Page[Note]:
    return await paged(
        tx, Note, NOTES, page,
        client_id=client_id, episode_id=episode_id, author_id=author_id, appointment_id=appointment_id, status=status,
    )  # fmt: skip


async def list_addenda(tx: Transaction, note_id: UUID) -> list[NoteAddendum]:
    return await tx.fetch_all(NoteAddendum, ADDENDA, note_id=note_id)


async def list_links(tx: Transaction, client_id: UUID) -> list[NoteLink]:
    return await tx.fetch_all(NoteLink, LINKS, client_id=client_id)


async def last_service(tx: Transaction, episode_id: UUID) -> date | None:
    found: Sequence[Any] = await tx.rows(LAST_SERVICE, episode_id=episode_id)
    day: date | None = found[0][0]
    return day


# discharges

DISCHARGE = by_id(Discharge)
DISCHARGE_LOCK = DISCHARGE.with_for_update()
DISCHARGES = lists(Discharge, "client_id", "episode_id", "status")
DISCHARGE_OF_EPISODE = select(Discharge).where(col(Discharge.episode_id) == uuid("episode_id"))


async def get_discharge(tx: Transaction, discharge_id: UUID) -> Discharge:
    return await tx.fetch_one(Discharge, DISCHARGE, id=discharge_id)


async def lock_discharge(tx: Transaction, discharge_id: UUID) -> Discharge:
    return await tx.fetch_one(Discharge, DISCHARGE_LOCK, id=discharge_id)


async def find_discharge_of(tx: Transaction, episode_id: UUID) -> Discharge | None:
    return await tx.fetch_optional(Discharge, DISCHARGE_OF_EPISODE, episode_id=episode_id)


async def list_discharges(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    episode_id: UUID | None,
    status: DischargeStatus | None,
) -> Page[Discharge]:
    return await paged(tx, Discharge, DISCHARGES, page, client_id=client_id, episode_id=episode_id, status=status)


# a client's own documents


def own(model: Any, kind: DocumentKind, signed_at: Any, *final: Any) -> Select[Any]:
    return select(model.id, model.client_id, literal(kind.value).label("kind"), signed_at.label("signed_at")).where(
        visible(model.client_id), *final
    )


DOCUMENT = union_all(
    own(Note, DocumentKind.NOTE, col(Note.signed_at), col(Note.status) == NoteStatus.FINAL),
    own(PlanEdition, DocumentKind.PLAN, col(PlanEdition.activated_at)),
    own(
        Assessment,
        DocumentKind.ASSESSMENT,
        col(Assessment.signed_at),
        col(Assessment.status).in_((AssessmentStatus.FINAL, AssessmentStatus.AMENDED)),
    ),
    own(Discharge, DocumentKind.DISCHARGE, col(Discharge.signed_at), col(Discharge.status) == DischargeStatus.FINAL),
).subquery("document")
ONE_DOCUMENT = select(DOCUMENT).where(DOCUMENT.c.id == uuid("id"))
DOCUMENTS = (
    select(DOCUMENT)
    .where(DOCUMENT.c.client_id == uuid("client_id"), DOCUMENT.c.id < uuid("after"))
    .order_by(DOCUMENT.c.id.desc())
    .limit(bindparam("page_size"))
)
LAST = UUID(int=2**128 - 1)
EDITION = by_id(PlanEdition)


async def get_document(tx: Transaction, document_id: UUID) -> OwnDocumentRow:
    """What is done and may be shown to the client at all, of whatever kind."""
    found = await tx.rows(ONE_DOCUMENT, id=document_id)
    if not found:
        raise NotFound()
    return OwnDocumentRow.model_validate(found[0])


async def list_documents(tx: Transaction, client_id: UUID, page: PageRequest) -> Page[OwnDocumentRow]:
    found = await tx.rows(DOCUMENTS, client_id=client_id, after=page.after or LAST, page_size=page.limit + 1)
    return Page.of([OwnDocumentRow.model_validate(row) for row in found], page)


async def get_edition(tx: Transaction, edition_id: UUID) -> PlanEdition:
    return await tx.fetch_one(PlanEdition, EDITION, id=edition_id)


# facts of other services

AGENCY = select(Agency).limit(1)
CLINIC = bare(Clinic)
PROGRAM = bare(Program)
CLINICIAN = bare(Clinician)
CREDENTIALS = select(Credential).where(col(Credential.clinician_id) == uuid("clinician_id"))
SUPERVISOR = (
    select(Supervision)
    .where(
        col(Supervision.supervisee_id) == uuid("supervisee_id"),
        col(Supervision.starts_on) <= bindparam("day", type_=Date),
        or_(
            col(Supervision.ends_on).is_(None),
            col(Supervision.ends_on) >= bindparam("day", type_=Date),
        ),
    )
    .order_by(col(Supervision.starts_on).desc(), col(Supervision.id).desc())
    .limit(1)
)
SUPERVISED_EVER = select(Supervision).where(col(Supervision.supervisee_id) == uuid("supervisee_id")).limit(1)


async def timezone(tx: Transaction) -> str:
    """The agency's zone; UTC until its event arrived."""
    found = await tx.fetch_optional(Agency, AGENCY)
    return found.timezone if found else "UTC"


async def clinic_timezone(tx: Transaction, clinic_id: UUID) -> str:
    found = await tx.fetch_optional(Clinic, CLINIC, id=clinic_id)
    return found.timezone if found else await timezone(tx)


async def find_program(tx: Transaction, program_id: UUID) -> Program | None:
    return await tx.fetch_optional(Program, PROGRAM, id=program_id)


async def find_clinician(tx: Transaction, clinician_id: UUID) -> Clinician | None:
    return await tx.fetch_optional(Clinician, CLINICIAN, id=clinician_id)


async def list_validities(tx: Transaction, clinician_id: UUID) -> tuple[Validity, ...]:
    found = await tx.fetch_all(Credential, CREDENTIALS, clinician_id=clinician_id)
    return tuple(Validity(c.issued_on, c.expires_on) for c in found)


async def find_supervisor(tx: Transaction, supervisee_id: UUID, day: date) -> UUID | None:
    """Who supervised this person on that day."""
    found = await tx.fetch_optional(Supervision, SUPERVISOR, supervisee_id=supervisee_id, day=day)
    return found.supervisor_id if found else None


async def was_ever_supervised(tx: Transaction, supervisee_id: UUID) -> bool:
    return await tx.fetch_optional(Supervision, SUPERVISED_EVER, supervisee_id=supervisee_id) is not None
