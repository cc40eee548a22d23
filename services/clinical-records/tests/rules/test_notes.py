from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from clinical_records.rules.notes import (
    FORMATS,
    KIND_OF_APPOINTMENT,
    KINDS,
    NEXT,
    Facts,
    NoteFormat,
    NoteKind,
    NoteStatus,
    Place,
    RiskThisSession,
    VoidStep,
    is_late,
    missing,
    unknown_sections,
    void_step,
)

START = datetime(2026, 11, 23, 15, tzinfo=UTC)
OBJECTIVE = UUID(int=7)
FULL = Facts(
    kind=NoteKind.INDIVIDUAL, format=NoteFormat.SOAP, content=dict.fromkeys(FORMATS[NoteFormat.SOAP], "Sample text."),
    response="Sample text.", started_at=START, ended_at=START + timedelta(minutes=52), place=Place.OFFICE,
    client_location=None, is_emergency_contact_checked=False, attendees=("client",), modalities=("cbt",),
    interventions=("thought_record",), objective_ids=(OBJECTIVE,), active_objective_ids=(OBJECTIVE,),
    diagnosis_ids=(UUID(int=8),), risk=RiskThisSession.NONE_IDENTIFIED, risk_reason=None,
)  # fmt: skip
AUTHOR, SUPERVISOR, OTHER = uuid4(), uuid4(), uuid4()


def pointers(note: Facts) -> list[str]:
    return [m.pointer for m in missing(note)]


def test_a_full_note_misses_nothing() -> None:
    assert missing(FULL) == ()


@pytest.mark.parametrize("format_", list(NoteFormat))
def test_each_section_of_each_format_is_mandatory(format_: NoteFormat) -> None:
    for section in FORMATS[format_]:
        content = {**dict.fromkeys(FORMATS[format_], "Sample text."), section: ""}
        assert pointers(replace(FULL, format=format_, content=content)) == [f"/content/{section}"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"started_at": None}, "/started_at"),
        ({"ended_at": START}, "/ended_at"),
        ({"place": None}, "/place"),
        ({"attendees": ()}, "/attendees"),
        ({"modalities": ()}, "/modalities"),
        ({"interventions": ()}, "/interventions"),
        ({"response": None}, "/response"),
        ({"diagnosis_ids": ()}, "/diagnosis_ids"),
        ({"risk": None}, "/risk"),
        ({"risk": RiskThisSession.NOT_ASSESSED}, "/risk_reason"),
        ({"objective_ids": ()}, "/objective_ids"),
        ({"objective_ids": (UUID(int=9),)}, "/objective_ids"),
        ({"active_objective_ids": ()}, "/objective_ids"),
    ],
)
def test_each_mandatory_field_is_asked_for(change: dict[str, object], pointer: str) -> None:
    assert pointers(replace(FULL, **change)) == [pointer]  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [NoteKind.CRISIS, NoteKind.ASSESSMENT])
def test_crisis_and_assessment_need_no_objective(kind: NoteKind) -> None:
    assert pointers(replace(FULL, kind=kind, objective_ids=(), diagnosis_ids=())) == []


@pytest.mark.parametrize(
    "kind", [k for k, rule in KINDS.items() if rule.is_billable and k not in ("crisis", "assessment")]
)
def test_every_other_billable_kind_rests_on_an_objective(kind: NoteKind) -> None:
    assert "/objective_ids" in pointers(replace(FULL, kind=kind, objective_ids=()))


def test_telehealth_names_the_place_of_the_client_and_the_emergency_contact() -> None:
    assert pointers(replace(FULL, place=Place.TELEHEALTH_HOME)) == ["/is_emergency_contact_checked", "/client_location"]


def test_a_no_show_needs_one_line_only() -> None:
    empty = replace(FULL, kind=NoteKind.NO_SHOW, content={}, started_at=None, place=None)
    assert pointers(empty) == ["/content"]
    assert pointers(replace(empty, content={"plan": "Called."})) == []


def test_sections_of_another_format_are_unknown() -> None:
    assert unknown_sections(NoteFormat.DAP, {"data": "", "subjective": ""}) == ("subjective",)


@pytest.mark.parametrize(("hours", "late"), [(71, False), (72, False), (73, True)])
def test_a_note_is_late_after_72_hours(hours: int, late: bool) -> None:
    assert is_late(START, START + timedelta(hours=hours)) == late


@pytest.mark.parametrize(
    ("requested_by", "by", "is_supervisor", "step"),
    [
        (None, AUTHOR, False, VoidStep.REQUESTED),
        (None, SUPERVISOR, True, VoidStep.REQUESTED),
        (None, OTHER, False, None),
        (AUTHOR, SUPERVISOR, True, VoidStep.VOIDED),
        (SUPERVISOR, AUTHOR, False, VoidStep.VOIDED),
        (AUTHOR, AUTHOR, True, None),
        (SUPERVISOR, OTHER, True, None),
    ],
)
def test_voiding_takes_the_author_and_a_supervisor(
    requested_by: UUID | None, by: UUID, is_supervisor: bool, step: VoidStep | None
) -> None:
    assert void_step(AUTHOR, requested_by, by, is_supervisor=is_supervisor) == step


def test_tables_are_total() -> None:
    assert set(NEXT) == set(NoteStatus) and set(KINDS) == set(NoteKind) and set(FORMATS) == set(NoteFormat)
    assert NEXT[NoteStatus.FINAL] == {NoteStatus.VOIDED}
    assert "supervision" not in KIND_OF_APPOINTMENT and "meeting" not in KIND_OF_APPOINTMENT
