from datetime import UTC, date, datetime, timedelta

import pytest
from authorizations.rules.clocks import Priority, appeal_by, payer_clock
from authorizations.rules.payers import PayerType

AT = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
BOUND = [PayerType.MEDICAID_FFS, PayerType.MEDICAID_MCO, PayerType.CHIP, PayerType.MEDICARE_ADVANTAGE]
UNCLOCKED = [PayerType.FFE_QHP, PayerType.MEDICARE, PayerType.EAP, PayerType.SELF_PAY]


@pytest.mark.parametrize("payer", BOUND)
@pytest.mark.parametrize(
    ("priority", "extended", "allowed"),
    [
        (Priority.STANDARD, False, timedelta(days=7)),
        (Priority.EXPEDITED, False, timedelta(hours=72)),
        (Priority.STANDARD, True, timedelta(days=14)),
        (Priority.EXPEDITED, True, timedelta(days=14)),
    ],
)
def test_the_final_rule_binds_medicaid_chip_and_medicare_advantage(payer, priority, extended, allowed):
    found = payer_clock(payer, priority, AT, is_extended=extended)
    assert (found.due_at, found.basis, found.is_binding) == (AT + allowed, "cms-0057-f", True)


@pytest.mark.parametrize("payer", UNCLOCKED)
@pytest.mark.parametrize("priority", list(Priority))
def test_federal_exchange_plans_and_the_others_have_no_clock_of_their_own(payer, priority):
    assert payer_clock(payer, priority, AT).due_at is None


@pytest.mark.parametrize(("priority", "hours"), [(Priority.STANDARD, 15 * 24), (Priority.EXPEDITED, 72)])
def test_employers_plans_have_the_usual_figures_which_do_not_bind(priority, hours):
    found = payer_clock(PayerType.SELF_FUNDED_ERISA, priority, AT)
    assert (found.due_at, found.is_binding) == (AT + timedelta(hours=hours), False)


def test_before_2026_the_final_rule_sets_no_clock():
    last, first = datetime(2025, 12, 31, 23, 59, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    assert payer_clock(PayerType.CHIP, Priority.STANDARD, last).due_at is None
    assert payer_clock(PayerType.CHIP, Priority.STANDARD, first).is_binding


@pytest.mark.parametrize(("hours", "basis"), [(24, "contract"), (24 * 7, "cms-0057-f"), (24 * 30, "cms-0057-f")])
def test_a_contract_may_be_quicker_than_the_law_and_never_slower(hours, basis):
    assert payer_clock(PayerType.CHIP, Priority.STANDARD, AT, contract_hours=hours).basis == basis


def test_a_contract_gives_a_clock_where_no_law_does():
    assert payer_clock(PayerType.EAP, Priority.STANDARD, AT, contract_hours=48).due_at == AT + timedelta(hours=48)


@pytest.mark.parametrize(
    ("payer", "last"),
    [
        (PayerType.COMMERCIAL_INSURED, date(2027, 5, 22)),
        (PayerType.MEDICAID_MCO, date(2027, 1, 22)),
        (PayerType.MEDICARE_ADVANTAGE, date(2027, 1, 27)),
        (PayerType.EAP, None),
    ],
)
def test_the_last_day_of_an_appeal_depends_on_the_payer(payer, last):
    assert appeal_by(payer, date(2026, 11, 23)) == last


def test_the_contracts_appeal_window_stands_above_the_usual_one():
    assert appeal_by(PayerType.EAP, date(2026, 11, 23), contract_days=30) == date(2026, 12, 23)
