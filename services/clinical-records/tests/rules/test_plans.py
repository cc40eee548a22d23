from datetime import date
from typing import Any

import pytest
from clinical_records.rules.plans import NEXT, PlanStatus, SignerKind, gaps, missing_signers

TODAY = date(2026, 11, 23)


def body(**objective: Any) -> dict[str, Any]:
    full = {
        "metric": "PHQ-9",
        "baseline": 18,
        "target": 9,
        "unit": "points",
        "due_on": "2027-02-01",
        "responsible": "client",
    }
    return {"problems": [{"goals": [{"objectives": [{**full, **objective}]}]}]}


def test_a_measurable_objective_has_no_gap() -> None:
    assert gaps(body(), TODAY) == ()


def test_a_baseline_of_zero_is_a_baseline() -> None:
    assert gaps(body(baseline=0), TODAY) == ()


@pytest.mark.parametrize("field", ["metric", "baseline", "target", "unit", "due_on", "responsible"])
@pytest.mark.parametrize("empty", [None, ""])
def test_each_part_of_measurable_is_needed(field: str, empty: str | None) -> None:
    assert gaps(body(**{field: empty}), TODAY)[0].pointer == f"/problems/0/goals/0/objectives/0/{field}"


@pytest.mark.parametrize(("due_on", "refused"), [("2026-11-22", True), ("2026-11-23", True), ("2026-11-24", False)])
def test_the_due_date_is_after_today(due_on: str, refused: bool) -> None:
    assert bool(gaps(body(due_on=due_on), TODAY)) == refused


def test_a_target_that_changes_nothing_is_refused() -> None:
    assert gaps(body(target=18), TODAY)[0].pointer.endswith("/target")


@pytest.mark.parametrize(
    ("plan", "pointer"),
    [
        ({"problems": []}, "/problems"),
        ({"problems": [{"goals": []}]}, "/problems/0/goals"),
        ({"problems": [{"goals": [{"objectives": []}]}]}, "/problems/0/goals/0/objectives"),
    ],
)
def test_nothing_in_the_tree_is_empty(plan: dict[str, Any], pointer: str) -> None:
    assert gaps(plan, TODAY)[0].pointer == pointer


@pytest.mark.parametrize(
    ("signed", "supervised", "awaited"),
    [
        ((), False, ("clinician", "client")),
        (("clinician",), False, ("client",)),
        (("clinician", "client"), False, ()),
        (("clinician", "guardian"), False, ()),
        (("clinician", "client"), True, ("supervisor",)),
        (("clinician", "guardian", "supervisor"), True, ()),
    ],
)
def test_who_must_sign(signed: tuple[str, ...], supervised: bool, awaited: tuple[str, ...]) -> None:
    assert missing_signers([SignerKind(s) for s in signed], needs_supervisor=supervised) == awaited


def test_states() -> None:
    assert set(NEXT) == set(PlanStatus)
    assert PlanStatus.ACTIVE in NEXT[PlanStatus.UNDER_REVIEW]
    assert PlanStatus.DRAFT not in NEXT[PlanStatus.ACTIVE]
