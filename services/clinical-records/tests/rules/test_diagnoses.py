import pytest
from clinical_records.rules.diagnoses import NEXT, Verification, is_billable, normalised


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("F33.1", "F33.1"), ("F331", "F33.1"), ("f33.1", "F33.1"), ("F32", "F32"), ("T1491XA", "T14.91XA"),
        ("R45.851", "R45.851"), ("Z59.0", "Z59.0"), ("C4A.0", "C4A.0"),
    ],
)  # fmt: skip
def test_codes_are_kept_with_their_dot(given: str, kept: str) -> None:
    assert normalised(given) == kept


@pytest.mark.parametrize("given", ["", "F3", "33.1", "FF3.1", "F33.12345", "F3C", "F33.1.2", "F33 1"])
def test_what_is_no_code_is_refused(given: str) -> None:
    assert normalised(given) is None


@pytest.mark.parametrize("header", ["F32", "F43.1", "Z59.0"])
def test_header_codes_are_not_billable(header: str) -> None:
    assert not is_billable(header, Verification.CONFIRMED)


def test_rule_out_is_never_on_a_claim() -> None:
    assert not is_billable("F33.1", Verification.RULE_OUT)
    assert is_billable("F33.1", Verification.PROVISIONAL)


def test_states() -> None:
    assert set(NEXT) == set(Verification)
    assert Verification.CONFIRMED in NEXT[Verification.PROVISIONAL]
    assert Verification.CONFIRMED not in NEXT[Verification.RULE_OUT]
    assert all(Verification.ENTERED_IN_ERROR in NEXT[v] for v in Verification if v is not Verification.ENTERED_IN_ERROR)
