from pathlib import Path

import pytest
from privacy.classes import INSIDE, THE_PERSON, DataClass, RecipientKind
from privacy.decision import decide
from privacy.table import ACTORS, KINDS, STATES, asked, cells, page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "disclosure-table.md"
ENDED = ("expired", "revoked", "too narrow")
CELLS = list(cells())


def test_the_page_is_what_the_rules_say():
    assert PAGE.read_text() == page()


def test_thirteen_actors_every_kind_and_five_states():
    assert len(ACTORS) == 13
    assert set(DataClass) < set(KINDS)
    assert len(CELLS) == 13 * len(KINDS) * 5


@pytest.mark.parametrize(
    ("actor", "kind", "state", "verdict"), CELLS, ids=lambda one: str(getattr(one, "name", one))[:40]
)
def test_a_consent_that_is_no_more_opens_what_none_would_open(actor, kind, state, verdict):
    without = decide(asked(actor, kind, "absent"))
    if state in ENDED:
        assert (verdict.is_permitted, verdict.rule_id, verdict.consent_id) == (
            without.is_permitted,
            without.rule_id,
            None,
        )
    if state == "present" and without.is_permitted:
        assert verdict.is_permitted


@pytest.mark.parametrize("kind", [DataClass.PSYCHOTHERAPY_NOTE, DataClass.SUD_COUNSELING_NOTE])
def test_notes_apart_are_opened_by_their_author_their_training_and_their_own_consent_alone(kind):
    opened = {(a.name, s): v.rule_id for a, k, s, v in CELLS if k == kind and v.is_permitted and s != "present"}
    assert {name for name, _ in opened} == {"author of the note", "supervisor, for training"}
    own = {v.rule_id for a, k, s, v in CELLS if k == kind and s == "present" and v.is_permitted and v.consent_id}
    assert own == {"psy-8"} or own == {"sud-3"}


def test_no_part2_leaves_without_its_consent_but_to_the_person():
    part2 = [(a, v) for a, k, s, v in CELLS if k in (DataClass.PART2_RECORD, "part2 plan") and s != "present"]
    told = {a.recipient for a, v in part2 if v.is_permitted}
    assert told <= INSIDE | {RecipientKind.CLIENT}
    assert RecipientKind.OTHER_PROGRAM not in told


def test_breaking_the_glass_opens_neither_the_notes_apart_nor_part2():
    broken = {k: v.is_permitted for a, k, s, v in CELLS if a.name == "staff who broke the glass" and s == "absent"}
    closed = {kind for kind, permitted in broken.items() if not permitted}
    assert closed == {"psychotherapy_note", "sud_counseling_note", "part2_record", "part2 plan", "mandated_report"}


def test_the_person_sees_no_report_about_them():
    reports = [v.is_permitted for a, k, _, v in CELLS if k == DataClass.MANDATED_REPORT and a.recipient in THE_PERSON]
    assert reports == [False] * len(STATES) * 2
