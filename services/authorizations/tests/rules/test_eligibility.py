from decimal import Decimal

import pytest
from authorizations.rules.eligibility import EligibilityStatus, Needed, complete_flags, needed, read_benefits
from authorizations.rules.payers import PayerType
from authorizations.rules.service_codes import ServiceKind

E, P, K = EligibilityStatus, PayerType.MEDICAID_MCO, ServiceKind
ACTIVE = {"eb01": "1", "eb03": "30"}


@pytest.mark.parametrize(
    ("eb", "status"),
    [
        ([ACTIVE], E.ACTIVE),
        ([{"eb01": "6"}], E.INACTIVE),
        ([], E.UNKNOWN),
        ([{"eb01": "CB", "eb03": "MH", "eb11": "N"}], E.UNKNOWN),
    ],
)
def test_the_status_comes_from_eb01_alone(eb, status):
    assert read_benefits({"eb": eb}, ["MH"]).status is status


def test_an_error_leaves_every_flag_unknown():
    found = read_benefits({"eb": [ACTIVE, {"eb03": "MH", "eb11": "N"}], "aaa": ["72"]}, ["MH", "A6"])
    assert (found.status, found.auth_required, found.error_codes) == (E.ERROR, {"MH": "U", "A6": "U"}, ("72",))


@pytest.mark.parametrize(
    ("said", "flag"),
    [([], "U"), (["Y"], "Y"), (["N"], "N"), (["U"], "U"), (["N", "Y"], "Y"), (["N", "U"], "U"), (["W"], "U")],
)
def test_n_needs_a_clear_n_and_any_y_wins(said, flag):
    segments = [ACTIVE, *({"eb01": "CB", "eb03": "MH", "eb11": value} for value in said)]
    assert read_benefits({"eb": segments}, ["MH"]).auth_required == {"MH": flag}


def test_money_and_visits_are_read_as_decimals_and_numbers():
    found = read_benefits(
        {
            "eb": [
                ACTIVE,
                {"eb01": "B", "eb07": "20"},
                {"eb01": "C", "eb07": "350.5"},
                {"eb01": "F", "eb06": "29", "eb09": "VS", "eb10": 14},
            ]
        },
        [],
    )
    assert (found.copay, found.deductible_remaining, found.visits_remaining) == (
        Decimal("20.00"),
        Decimal("350.50"),
        14,
    )
    assert read_benefits({"eb": [{"eb01": "B", "eb07": "free"}]}, []).copay is None


@pytest.mark.parametrize("status", [None, E.PENDING, E.INACTIVE, E.UNKNOWN, E.ERROR])
@pytest.mark.parametrize("flags", [{}, {"MH": "N"}, {"MH": "Y"}])
def test_without_an_active_coverage_nothing_says_not_required(status, flags):
    assert needed(P, status, flags, K.INDIVIDUAL) is Needed.UNKNOWN


@pytest.mark.parametrize(
    ("flags", "verdict"),
    [
        ({"MH": "Y"}, Needed.REQUIRED),
        ({"MH": "N"}, Needed.NOT_REQUIRED),
        ({"MH": "U"}, Needed.UNKNOWN),
        ({}, Needed.UNKNOWN),
        ({"A6": "N", "MH": "Y"}, Needed.NOT_REQUIRED),
        ({"A6": "U", "MH": "N"}, Needed.UNKNOWN),
        ({"30": "N"}, Needed.NOT_REQUIRED),
    ],
)
def test_the_narrowest_answer_decides_and_u_never_means_not_required(flags, verdict):
    assert needed(P, E.ACTIVE, flags, K.INDIVIDUAL) is verdict


def test_who_pays_alone_needs_no_authorization():
    assert needed(PayerType.SELF_PAY, None, {}, K.INDIVIDUAL) is Needed.NOT_REQUIRED


def test_what_a_person_did_not_answer_is_unknown():
    assert complete_flags(["MH", "A6"], {"MH": "N", "30": "maybe"}) == {"MH": "N", "A6": "U", "30": "U"}
