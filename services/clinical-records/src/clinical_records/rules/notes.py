"""Progress notes: formats, kinds, what each must hold, and the clocks.

Source: 45 CFR 164.501 (start and stop times and modalities belong here, not in a psychotherapy note), project
convention for the golden thread, 72 hours and 7 days. Table version 2026-11-23.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

DUE_AFTER = timedelta(hours=72)
OVERDUE_AFTER = timedelta(days=7)


class NoteStatus(StrEnum):
    DRAFT = "draft"
    PENDING_COSIGN = "pending_cosign"
    RETURNED = "returned"
    FINAL = "final"
    VOIDED = "voided"


NEXT: dict[NoteStatus, frozenset[NoteStatus]] = {
    NoteStatus.DRAFT: frozenset({NoteStatus.FINAL, NoteStatus.PENDING_COSIGN}),
    NoteStatus.PENDING_COSIGN: frozenset({NoteStatus.FINAL, NoteStatus.RETURNED}),
    NoteStatus.RETURNED: frozenset({NoteStatus.DRAFT}),
    NoteStatus.FINAL: frozenset({NoteStatus.VOIDED}),
    NoteStatus.VOIDED: frozenset(),
}
EDITABLE = frozenset({NoteStatus.DRAFT, NoteStatus.RETURNED})


class NoteFormat(StrEnum):
    SOAP = "soap"
    DAP = "dap"
    BIRP = "birp"
    GIRP = "girp"


FORMATS: dict[NoteFormat, tuple[str, ...]] = {
    NoteFormat.SOAP: ("subjective", "objective", "assessment", "plan"),
    NoteFormat.DAP: ("data", "assessment", "plan"),
    NoteFormat.BIRP: ("behaviour", "intervention", "response", "plan"),
    NoteFormat.GIRP: ("goal", "intervention", "response", "plan"),
}


class NoteKind(StrEnum):
    INDIVIDUAL = "individual"
    COUPLE = "couple"
    FAMILY = "family"
    GROUP = "group"
    CRISIS = "crisis"
    CASE_MANAGEMENT = "case_management"
    COLLATERAL = "collateral"
    NO_SHOW = "no_show"
    PHONE = "phone"
    CONSULTATION = "consultation"
    ASSESSMENT = "assessment"
    PSYCHIATRIC = "psychiatric"


@dataclass(frozen=True)
class KindRule:
    """Whether a kind is charged, and whether it must rest on an active objective (the golden thread)."""

    is_billable: bool
    needs_objective: bool


KINDS: dict[NoteKind, KindRule] = {
    NoteKind.INDIVIDUAL: KindRule(True, True),
    NoteKind.COUPLE: KindRule(True, True),
    NoteKind.FAMILY: KindRule(True, True),
    NoteKind.GROUP: KindRule(True, True),
    NoteKind.PSYCHIATRIC: KindRule(True, True),
    NoteKind.CASE_MANAGEMENT: KindRule(True, True),
    NoteKind.CRISIS: KindRule(True, False),
    NoteKind.ASSESSMENT: KindRule(True, False),
    NoteKind.COLLATERAL: KindRule(False, False),
    NoteKind.PHONE: KindRule(False, False),
    NoteKind.CONSULTATION: KindRule(False, False),
    NoteKind.NO_SHOW: KindRule(False, False),
}
KIND_OF_APPOINTMENT: dict[str, NoteKind] = {
    "intake": NoteKind.ASSESSMENT,
    "individual": NoteKind.INDIVIDUAL,
    "couple": NoteKind.COUPLE,
    "family": NoteKind.FAMILY,
    "group_session": NoteKind.GROUP,
    "crisis": NoteKind.CRISIS,
    "psychiatric": NoteKind.PSYCHIATRIC,
    "case_management": NoteKind.CASE_MANAGEMENT,
}
"""An appointment of any other kind (supervision, meeting) has no note."""
SERVICE_OF_KIND: dict[NoteKind, str] = {NoteKind.ASSESSMENT: "evaluation"}
"""What a charge calls the service, where it has another name than the note."""


class Place(StrEnum):
    OFFICE = "office"
    HOME = "home"
    COMMUNITY = "community"
    PHONE = "phone"
    TELEHEALTH_HOME = "telehealth_home"
    TELEHEALTH_OTHER = "telehealth_other"


TELEHEALTH = frozenset({Place.TELEHEALTH_HOME, Place.TELEHEALTH_OTHER})


class RiskThisSession(StrEnum):
    NONE_IDENTIFIED = "none_identified"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    NOT_ASSESSED = "not_assessed"


class VoidStep(StrEnum):
    REQUESTED = "requested"
    VOIDED = "voided"


@dataclass(frozen=True)
class Missing:
    """A field that the note still needs, as a JSON pointer."""

    pointer: str
    detail: str


@dataclass(frozen=True)
class Facts:
    """All of a note that decides whether it may be signed."""

    kind: NoteKind
    format: NoteFormat
    content: Mapping[str, str]
    response: str | None
    started_at: datetime | None
    ended_at: datetime | None
    place: Place | None
    client_location: str | None
    is_emergency_contact_checked: bool
    attendees: Collection[str]
    modalities: Collection[str]
    interventions: Collection[str]
    objective_ids: Collection[UUID]
    active_objective_ids: Collection[UUID]
    diagnosis_ids: Collection[UUID]
    risk: RiskThisSession | None
    risk_reason: str | None


def unknown_sections(format_: NoteFormat, content: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(section for section in content if section not in FORMATS[format_])


def missing(note: Facts) -> tuple[Missing, ...]:
    """Every mandatory field that is not there. A no-show needs one line; all others their format's sections."""
    if note.kind is NoteKind.NO_SHOW:
        return (
            () if any(note.content.values()) else (Missing("/content", "A no-show note holds at least one section."),)
        )
    found = [
        Missing(f"/content/{s}", "This section is empty.") for s in FORMATS[note.format] if not note.content.get(s)
    ]
    found += missing_times(note) + missing_place(note)
    if KINDS[note.kind].is_billable:
        found += missing_of_service(note) + missing_thread(note)
    return tuple(found)


def missing_times(note: Facts) -> list[Missing]:
    if note.started_at is None or note.ended_at is None:
        return [Missing("/started_at", "A service note has start and stop times.")]
    return [] if note.started_at < note.ended_at else [Missing("/ended_at", "It ends after it starts.")]


def missing_place(note: Facts) -> list[Missing]:
    if note.place is None:
        return [Missing("/place", "Where the service was given.")]
    if note.place not in TELEHEALTH:
        return []
    checked = [] if note.is_emergency_contact_checked else [Missing("/is_emergency_contact_checked", "Not checked.")]
    return checked + ([] if note.client_location else [Missing("/client_location", "Where the client was.")])


def missing_of_service(note: Facts) -> list[Missing]:
    lists = (("attendees", note.attendees), ("modalities", note.modalities), ("interventions", note.interventions))
    found = [Missing(f"/{name}", "Name at least one.") for name, values in lists if not values]
    if "response" not in FORMATS[note.format] and not note.response:
        found.append(Missing("/response", "How the client responded."))
    if not note.diagnosis_ids and note.kind not in (NoteKind.ASSESSMENT, NoteKind.CRISIS):
        found.append(Missing("/diagnosis_ids", "The diagnosis that was addressed."))
    if note.risk is None:
        found.append(Missing("/risk", "The risk status of this session."))
    if note.risk is RiskThisSession.NOT_ASSESSED and not note.risk_reason:
        found.append(Missing("/risk_reason", "Why risk was not assessed."))
    return found


def missing_thread(note: Facts) -> list[Missing]:
    """The golden thread: a charged service rests on an active objective of the plan."""
    strange = set(note.objective_ids) - set(note.active_objective_ids)
    if strange:
        return [Missing("/objective_ids", "An objective is not active in this client's plan.")]
    if KINDS[note.kind].needs_objective and not note.objective_ids:
        return [Missing("/objective_ids", "Name at least one active objective.")]
    return []


def is_late(ended_at: datetime | None, signed_at: datetime) -> bool:
    return ended_at is not None and signed_at - ended_at > DUE_AFTER


def void_step(author_id: UUID, requested_by: UUID | None, by: UUID, *, is_supervisor: bool) -> VoidStep | None:
    """Voiding takes two: the author and a supervisor, in either order. None: this person may not take the step."""
    if by != author_id and not is_supervisor:
        return None
    if requested_by is None:
        return VoidStep.REQUESTED
    is_second = requested_by != by and author_id in (requested_by, by)
    return VoidStep.VOIDED if is_second else None
