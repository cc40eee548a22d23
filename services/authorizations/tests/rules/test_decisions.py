from datetime import date

import pytest
from authorizations.rules.answers import answer_of, facts_of
from authorizations.rules.decisions import ACTIONS, Answer, Asked, decide, is_defective
from authorizations.rules.requests import DECIDED, GRANTED, NEXT, WAITING, RequestStatus

S = RequestStatus
ASKED = Asked(5, date(2026, 12, 1), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("A1", S.APPROVED),
        ("A2", S.PARTIALLY_APPROVED),
        ("A3", S.DENIED),
        ("A4", S.PENDED),
        ("A6", S.MODIFIED),
        ("C", S.CANCELLED),
        ("CT", S.CONTACT_PAYER),
        ("NA", S.NOT_REQUIRED),
    ],
)
def test_each_review_action_leads_to_its_status(action, status):
    assert decide(ASKED, Answer(action, number="X1", units=3)).status is status


@pytest.mark.parametrize("action", [None, "", "A5", "a1", "A1 ", "ZZ", "complete"])
def test_a_code_that_nobody_knows_needs_review_and_is_never_approved(action):
    found = decide(ASKED, Answer(action, number="X1", units=5))
    assert (found.status, found.finding, found.units) == (S.NEEDS_REVIEW, "unknown_code", 0)


def test_a_modified_answer_grants_the_payers_units_not_ours():
    assert decide(ASKED, Answer("A6", number="X1", units=3)).units == 3


@pytest.mark.parametrize("action", ["A6", "A2"])
@pytest.mark.parametrize("units", [None, 0, -1])
def test_a_modified_or_partial_answer_without_units_needs_review(action, units):
    assert decide(ASKED, Answer(action, number="X1", units=units)).finding == "units_missing"


def test_a_full_approval_without_units_grants_what_was_asked():
    assert decide(ASKED, Answer("A1", number="X1")).units == 5


def test_an_approval_without_a_number_cannot_be_billed_and_needs_review():
    assert decide(ASKED, Answer("A1")).finding == "number_missing"


def test_the_payers_window_stands_above_ours():
    found = decide(ASKED, Answer("A1", "X1", valid_from=date(2026, 12, 5)))
    assert (found.valid_from, found.valid_until) == (date(2026, 12, 5), date(2027, 2, 28))


def test_a_reversed_window_needs_review():
    assert decide(ASKED, Answer("A1", "X1", valid_until=date(2026, 1, 1))).finding == "window_reversed"


@pytest.mark.parametrize(("reasons", "defective"), [((), True), (("  ",), True), (("NMN",), False)])
def test_a_denial_without_a_specific_reason_is_defective(reasons, defective):
    assert is_defective(S.DENIED, reasons) is defective
    assert is_defective(S.PENDED, reasons) is False


def test_the_state_table_is_total_and_grants_come_only_from_an_answer():
    assert set(NEXT) == set(S)
    for before, after in NEXT.items():
        assert not (after & GRANTED) or before in WAITING | {S.APPEALED}
    assert NEXT[S.DRAFT] == {S.SUBMITTED, S.CANCELLED}


def test_every_action_is_an_answer_and_only_three_grant():
    assert {code for code, status in ACTIONS.items() if status in GRANTED} == {"A1", "A2", "A6"}
    assert S.PENDED not in DECIDED


def test_an_answer_survives_the_way_through_the_outbound_row():
    answer = Answer("A6", "X1", 3, date(2026, 12, 1), None, ("NMN",), "P-1", True)
    assert answer_of(facts_of(answer)) == answer
    assert answer_of({}).action is None
