from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from scheduling.rules.appointments import WITHOUT_CLIENT, Kind
from scheduling.rules.gates import (
    DEFAULTS,
    TABLE,
    Authorization,
    Booking,
    Consent,
    Credential,
    Facts,
    Gate,
    Policy,
    check,
)

AT = datetime(2026, 12, 7, 15, tzinfo=UTC)
DAY = AT.date()
ONE = timedelta(days=1)
TREATMENT = Consent("treatment", AT - ONE)
TELEHEALTH = Consent("telehealth", AT - ONE)
AUTH = Authorization("individual", DAY, DAY, 2)
LICENCE = Credential("CO", DAY, DAY)
ALL = Facts((TREATMENT, TELEHEALTH), (AUTH,), (LICENCE,), "Y")
SESSION = Booking(Kind.INDIVIDUAL, AT, DAY)
BLOCKING = dict.fromkeys(Gate, Policy.BLOCK)


def shut(booking: Booking, facts: Facts) -> set[Gate]:
    return set(check(booking, facts, BLOCKING).blocked)


def test_every_gate_has_a_row_and_a_default() -> None:
    assert [gate for gate, _ in TABLE] == list(Gate)
    assert set(DEFAULTS) == set(Gate)


def test_all_facts_at_hand_open_every_gate() -> None:
    assert check(replace(SESSION, is_telehealth=True, state="CO"), ALL, BLOCKING).warnings == ()
    assert shut(replace(SESSION, is_telehealth=True, state="CO"), ALL) == set()


@pytest.mark.parametrize(
    ("consent", "open_"),
    [
        (TREATMENT, True),
        (Consent("treatment", AT), True),
        (Consent("treatment", AT + timedelta(seconds=1)), False),
        (Consent("treatment", AT - ONE, expires_at=AT), False),
        (Consent("treatment", AT - ONE, expires_at=AT + timedelta(seconds=1)), True),
        (Consent("treatment", AT - ONE, ended_at=AT - ONE), False),
        (Consent("roi", AT - ONE), False),
    ],
)
def test_treatment_consent_must_hold_at_the_start(consent: Consent, open_: bool) -> None:
    assert (Gate.TREATMENT_CONSENT not in shut(SESSION, replace(ALL, consents=(consent,)))) is open_


def test_an_intake_needs_no_consent_to_treatment_yet() -> None:
    assert shut(replace(SESSION, kind=Kind.INTAKE), replace(ALL, consents=())) == set()


def test_telehealth_needs_its_own_consent() -> None:
    facts = replace(ALL, consents=(TREATMENT,))
    assert shut(SESSION, facts) == set()
    assert shut(replace(SESSION, is_telehealth=True), facts) == {Gate.TELEHEALTH_CONSENT}


@pytest.mark.parametrize(
    ("authorization", "open_"),
    [
        (AUTH, True),
        (replace(AUTH, valid_until=DAY - ONE, valid_from=DAY - ONE), False),
        (replace(AUTH, valid_from=DAY + ONE, valid_until=DAY + ONE), False),
        (replace(AUTH, available=0), False),
        (replace(AUTH, is_ended=True), False),
        (replace(AUTH, service_kind="family"), False),
    ],
)
def test_an_authorization_of_the_kind_with_units_on_the_day(authorization: Authorization, open_: bool) -> None:
    assert (Gate.AUTHORIZATION not in shut(SESSION, replace(ALL, authorizations=(authorization,)))) is open_


@pytest.mark.parametrize(("before", "open_"), [(0, True), (1, True), (2, False)])
def test_a_series_takes_its_units_one_by_one(before: int, open_: bool) -> None:
    assert (Gate.AUTHORIZATION not in shut(replace(SESSION, before=before), ALL)) is open_


@pytest.mark.parametrize(("answer", "open_"), [("N", True), ("Y", False), ("U", False), (None, False)])
def test_no_authorization_where_the_payer_needs_none(answer: str | None, open_: bool) -> None:
    facts = replace(ALL, authorizations=(), needs_authorization=answer)
    assert (Gate.AUTHORIZATION not in shut(SESSION, facts)) is open_


@pytest.mark.parametrize("kind", [Kind.INTAKE, Kind.CASE_MANAGEMENT])
def test_kinds_that_need_no_authorization(kind: Kind) -> None:
    assert Gate.AUTHORIZATION not in shut(replace(SESSION, kind=kind), replace(ALL, authorizations=()))


@pytest.mark.parametrize(
    ("credential", "open_"),
    [
        (LICENCE, True),
        (Credential("CO", DAY - ONE, DAY - ONE), False),
        (Credential("CO", DAY + ONE, DAY + ONE), False),
        (replace(LICENCE, expired_on=DAY), False),
        (replace(LICENCE, expired_on=DAY + ONE), True),
    ],
)
def test_a_credential_must_hold_on_the_day(credential: Credential, open_: bool) -> None:
    assert shut(SESSION, replace(ALL, credentials=(credential,))) == (set() if open_ else {Gate.CREDENTIAL})


def test_no_credential_on_file_is_a_gate_of_its_own() -> None:
    assert shut(SESSION, replace(ALL, credentials=())) == {Gate.CREDENTIAL_ON_FILE}


def test_telehealth_needs_a_credential_of_the_state_where_the_client_is() -> None:
    assert shut(replace(SESSION, is_telehealth=True, state="NM"), ALL) == {Gate.CREDENTIAL}


@pytest.mark.parametrize("kind", sorted(WITHOUT_CLIENT))
def test_meetings_and_supervision_have_no_gates(kind: Kind) -> None:
    assert shut(replace(SESSION, kind=kind, is_telehealth=True), Facts()) == set()


@pytest.mark.parametrize("policy", sorted(Policy))
def test_each_policy(policy: Policy) -> None:
    verdict = check(SESSION, replace(ALL, consents=()), {**BLOCKING, Gate.TREATMENT_CONSENT: policy})
    gate = (Gate.TREATMENT_CONSENT,)
    assert verdict.blocked == (gate if policy is Policy.BLOCK else ())
    assert verdict.warnings == (gate if policy is Policy.WARN else ())


@pytest.mark.parametrize("policies", [BLOCKING, {}, DEFAULTS])
def test_a_crisis_is_never_blocked_by_any_gate(policies: dict[Gate, Policy]) -> None:
    verdict = check(Booking(Kind.CRISIS, AT, date(2026, 12, 7), is_telehealth=True, state="NM"), Facts(), policies)
    assert verdict.blocked == ()
    assert Gate.TREATMENT_CONSENT in verdict.warnings
