from datetime import UTC, date, datetime, timedelta

import pytest
from workforce.rules.credentials import (
    ALERT_DAYS,
    ASSOCIATE,
    INDEPENDENT,
    LIVE,
    NEXT,
    CredentialStatus,
    CredentialType,
    Standing,
    alerts,
    days_left,
    expires_at,
    is_over,
    standing,
)

S = CredentialStatus
NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
TODAY = NOW.date()
SECOND = timedelta(seconds=1)


def test_independent_titles_are_those_of_the_table():
    assert {t.value for t in INDEPENDENT} == {"LPC", "LCSW", "LMFT", "LPCC", "PhD", "PsyD", "MD", "DO", "PMHNP"}
    assert set(CredentialType) == INDEPENDENT | ASSOCIATE


@pytest.mark.parametrize("title", sorted(INDEPENDENT))
def test_an_independent_title_signs_alone(title):
    assert standing([title], is_practicum_student=False) == Standing(True, False)


@pytest.mark.parametrize("title", sorted(ASSOCIATE))
def test_an_associate_needs_a_cosign(title):
    assert standing([title], is_practicum_student=False) == Standing(False, True)


def test_the_higher_title_counts():
    assert standing([CredentialType.LMSW, CredentialType.LCSW], is_practicum_student=False) == Standing(True, False)


@pytest.mark.parametrize("types", [[], [CredentialType.LMSW], [CredentialType.LPC]])
def test_a_student_always_needs_a_cosign(types):
    assert standing(types, is_practicum_student=True) == Standing(False, True)


def test_without_any_live_credential_nothing_is_signed():
    assert standing([], is_practicum_student=False) == Standing(False, False)


def test_the_course_of_a_credential():
    assert set(NEXT) == set(S)
    assert NEXT[S.PENDING] == {S.VERIFIED}
    assert [s for s in S if S.RENEWED in NEXT[s]] == [S.EXPIRING, S.EXPIRED, S.SUSPENDED]
    assert all(S.EXPIRED in NEXT[s] for s in LIVE)
    assert not NEXT[S.RENEWED]


@pytest.mark.parametrize(
    ("state", "hour"), [("NY", 5), ("IL", 6), ("CO", 7), ("CA", 8), ("AK", 9), ("HI", 10), ("PR", 4)]
)
def test_a_credential_holds_through_its_last_day_in_its_state(state, hour):
    ends = expires_at(TODAY, state)
    assert ends == datetime(2026, 11, 24, hour, tzinfo=UTC)
    assert is_over(TODAY, state, ends)
    assert not is_over(TODAY, state, ends - SECOND)


def test_days_left_are_the_states_days():
    just_after_midnight_in_new_york = datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert days_left(date(2026, 11, 24), "NY", just_after_midnight_in_new_york) == 0
    assert days_left(date(2026, 11, 24), "CA", just_after_midnight_in_new_york) == 1


@pytest.mark.parametrize(
    ("left", "planned"),
    [
        (400, [90, 60, 30, 7]),
        (91, [90, 60, 30, 7]),
        (90, [90, 60, 30, 7]),
        (89, [90, 60, 30, 7]),
        (61, [90, 60, 30, 7]),
        (60, [60, 30, 7]),
        (30, [30, 7]),
        (8, [30, 7]),
        (7, [7]),
        (1, [7]),
        (0, [7]),
    ],
)
def test_alerts_to_come_and_the_last_that_passed(left, planned):
    found = alerts(TODAY + timedelta(days=left), "IL", NOW)
    assert [days for days, _ in found] == planned
    assert all(at >= NOW for _, at in found)
    assert [at for _, at in found] == sorted(at for _, at in found)


def test_alert_days():
    assert ALERT_DAYS == (90, 60, 30, 7)
