"""Triage of the suicide risk screen over all of its answers."""

from itertools import product

import pytest
from clinical_records.rules.cssrs import ITEMS, ORDER, RiskLevel, is_above, refusal_of_level, triage

NO = {"q1": False, "q2": False, "q6a": False}
ALL = [dict(zip(ITEMS, values, strict=True)) for values in product((None, False, True), repeat=7)]


@pytest.mark.parametrize(
    ("yes", "level"),
    [
        ((), "none_identified"),
        (("q1",), "low"),
        (("q2",), "low"),
        (("q2", "q3"), "moderate"),
        (("q2", "q4"), "high"),
        (("q2", "q5"), "high"),
        (("q6a",), "moderate"),
        (("q6a", "q6b"), "high"),
        (("q1", "q2", "q3", "q4", "q5", "q6a", "q6b"), "high"),
    ],
)
def test_highest_yes_wins(yes: tuple[str, ...], level: str) -> None:
    found = triage({item: item in yes for item in ITEMS})
    assert (found.level, found.is_complete) == (level, True)


def test_three_noes_are_complete() -> None:
    assert triage(NO).is_complete


def test_a_yes_to_q2_asks_q3_to_q5() -> None:
    assert triage({**NO, "q2": True}).missing == ("q3", "q4", "q5")


def test_a_yes_to_q6a_asks_q6b() -> None:
    found = triage({**NO, "q6a": True})
    assert (found.missing, found.level) == (("q6b",), RiskLevel.MODERATE)


def test_nothing_answered_is_not_complete() -> None:
    found = triage({})
    assert (found.is_complete, found.missing) == (False, ("q1", "q2", "q6a"))


def test_missing_answers_give_the_highest_known_level() -> None:
    found = triage({"q4": True})
    assert (found.level, found.is_complete) == (RiskLevel.HIGH, False)


def test_a_yes_after_a_no_counts_and_keeps_it_open() -> None:
    found = triage({**NO, "q4": True})
    assert (found.level, found.is_complete, found.contradictory) == (RiskLevel.HIGH, False, ("q4",))


def test_a_no_to_a_skipped_item_is_no_contradiction() -> None:
    assert triage({**NO, "q3": False, "q4": False, "q5": False, "q6b": False}).is_complete


@pytest.mark.parametrize("answers", ALL[::7])
def test_one_more_yes_never_lowers_the_level(answers: dict[str, bool | None]) -> None:
    before = triage(answers).level
    for item in ITEMS:
        assert not is_above(before, triage({**answers, item: True}).level)


def test_every_combination_is_triaged_by_the_table() -> None:
    for answers in ALL:
        yes = {item for item, answer in answers.items() if answer}
        expected = (
            RiskLevel.HIGH if yes & {"q4", "q5", "q6b"}
            else RiskLevel.MODERATE if yes & {"q3", "q6a"}
            else RiskLevel.LOW if yes
            else RiskLevel.NONE_IDENTIFIED
        )  # fmt: skip
        assert triage(answers).level is expected


@pytest.mark.parametrize(
    ("triaged", "chosen", "rationale", "supervisor", "refused"),
    [
        ("low", "high", False, False, False),
        ("low", "low", False, False, False),
        ("moderate", "low", False, True, True),
        ("moderate", "low", True, False, False),
        ("high", "moderate", True, False, True),
        ("high", "moderate", True, True, False),
    ],
)
def test_triage_is_a_floor(triaged: str, chosen: str, rationale: bool, supervisor: bool, refused: bool) -> None:
    found = refusal_of_level(RiskLevel(triaged), RiskLevel(chosen), has_rationale=rationale, is_supervisor=supervisor)
    assert bool(found) == refused


def test_levels_rise_in_order() -> None:
    assert ORDER == (RiskLevel.NONE_IDENTIFIED, RiskLevel.LOW, RiskLevel.MODERATE, RiskLevel.HIGH)
    assert is_above(RiskLevel.LOW, None) and not is_above(RiskLevel.LOW, RiskLevel.LOW)
