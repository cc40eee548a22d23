from dataclasses import replace
from datetime import date

import pytest
from authorizations.rules.charges import (
    CHECKS,
    NEXT,
    ChargeStatus,
    Consented,
    Facts,
    Payment,
    Rendering,
    billable,
    next_status,
    place,
    weigh,
)
from authorizations.rules.eligibility import EligibilityStatus, Needed
from authorizations.rules.payers import PayerType

PAYMENT = Payment(
    Needed.REQUIRED, PayerType.MEDICAID_MCO, date(2026, 12, 7), date(2026, 12, 7), EligibilityStatus.ACTIVE
)
RENDERING = Rendering("1234567893", needs_supervisor=False, has_supervisor=False)
CONSENTED = Consented(is_part2=False, active=frozenset(), ended=frozenset())
GOOD = Facts(date(2026, 12, 7), "90834", False, "X1", (("F33.1", "confirmed"),), PAYMENT, RENDERING, CONSENTED)


def facts(**changes: object) -> Facts:
    """The good facts with some changed, wherever they stand."""
    parts = {"payment": PAYMENT, "rendering": RENDERING, "consented": CONSENTED}
    for name, part in parts.items():
        parts[name] = replace(part, **{key: changes.pop(key) for key in list(changes) if hasattr(part, key)})
    return replace(GOOD, **parts, **changes)


BREAKS = {
    "code_undecided": {"code": None},
    "same_day_conflict": {"collides_same_day": True},
    "coverage_missing": {"payer_type": None, "covered_from": None, "covered_until": None},
    "coverage_not_in_force": {"covered_from": date(2026, 12, 8)},
    "eligibility_inactive": {"eligibility": EligibilityStatus.INACTIVE},
    "diagnosis_missing": {"diagnoses": ()},
    "diagnosis_not_billable": {"diagnoses": (("F33.1", "rule_out"),)},
    "unbillable_no_auth": {"authorization_number": None},
    "rendering_npi_missing": {"npi": None},
    "supervised_service_not_covered": {
        "needs_supervisor": True,
        "has_supervisor": True,
        "takes_supervised": False,
    },
    "supervising_provider_missing": {"needs_supervisor": True},
    "consent_missing": {"is_part2": True},
}


def test_a_charge_with_all_facts_is_ready():
    assert weigh(GOOD) == ()
    assert next_status(()) is ChargeStatus.READY


@pytest.mark.parametrize("reason", BREAKS)
def test_each_check_blocks_with_its_own_reason_and_no_other(reason):
    assert weigh(facts(**BREAKS[reason])) == (reason,)
    assert next_status((reason,)) is ChargeStatus.BLOCKED


def test_every_check_has_its_breaking_case():
    assert {check.reason for check in CHECKS} == set(BREAKS)


@pytest.mark.parametrize("need", [Needed.UNKNOWN, Needed.REQUIRED])
def test_unknown_counts_as_required(need):
    assert weigh(facts(authorization_number=None, needed=need)) == ("unbillable_no_auth",)


def test_only_not_required_goes_out_without_a_number():
    assert weigh(facts(authorization_number=None, needed=Needed.NOT_REQUIRED)) == ()


@pytest.mark.parametrize(
    ("ends", "reasons"), [(None, ()), (date(2026, 12, 7), ()), (date(2026, 12, 6), ("coverage_not_in_force",))]
)
def test_the_last_day_of_a_coverage_counts(ends, reasons):
    assert weigh(facts(covered_from=date(2026, 1, 1), covered_until=ends)) == reasons


def test_a_rule_out_beside_a_confirmed_diagnosis_is_left_off_the_claim():
    assert billable(
        (("F41.1", "rule_out"), ("F33.1", "confirmed"), ("F33.1", "provisional"), ("F10.10", "refuted"))
    ) == ("F33.1",)


def test_a_claim_holds_twelve_diagnoses_at_most():
    assert len(billable(tuple((f"F{n}.0", "confirmed") for n in range(10, 30)))) == 12


@pytest.mark.parametrize(
    ("more", "reasons"),
    [
        ({"is_part2": True, "active": frozenset({"part2_tpo"})}, ()),
        ({"payer_type": PayerType.SELF_PAY, "needed": Needed.NOT_REQUIRED}, ("consent_missing",)),
        (
            {
                "payer_type": PayerType.SELF_PAY,
                "needed": Needed.NOT_REQUIRED,
                "active": frozenset({"financial_agreement"}),
            },
            (),
        ),
        ({"ended": frozenset({"financial_agreement"})}, ("consent_missing",)),
        ({"ended": frozenset({"financial_agreement"}), "active": frozenset({"financial_agreement"})}, ()),
    ],
)
def test_consent_to_bill_is_needed_for_part_2_and_for_who_pays_alone(more, reasons):
    assert weigh(facts(**more)) == reasons


@pytest.mark.parametrize(("video", "found"), [(True, ("10", ("95",))), (False, ("11", ()))])
def test_place_and_modifier_follow_telehealth(video, found):
    assert place(video) == found


def test_the_state_table_is_total_and_nothing_leaves_an_end_state():
    assert set(NEXT) == set(ChargeStatus)
    assert ChargeStatus.EXPORTED not in NEXT[ChargeStatus.BLOCKED]
