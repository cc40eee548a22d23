from datetime import UTC, date, datetime

import pytest
from authorizations.rules.authorizations import (
    NEXT,
    AuthorizationStatus,
    after_units,
    alerts,
    expires_at,
    first_of_next_month,
)
from authorizations.rules.consents import active_types, ended_types
from authorizations.rules.coverages import paying
from authorizations.rules.payers import CoverageOrder

A = AuthorizationStatus
ZONE = "America/Chicago"


def test_alerts_come_30_14_and_7_days_before_at_the_start_of_the_agencys_day():
    found = alerts(date(2027, 3, 20), date(2026, 12, 1), ZONE)
    assert [left for left, _ in found] == [30, 14, 7]
    assert found[2][1].astimezone(UTC) == datetime(2027, 3, 13, 6, tzinfo=UTC)
    assert found[1][1].astimezone(UTC) == datetime(2027, 3, 6, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "left"), [(date(2026, 12, 1), [14, 7]), (date(2026, 12, 17), [7]), (date(2026, 12, 24), [])]
)
def test_alerts_that_lie_behind_are_not_made(today, left):
    assert [days for days, _ in alerts(date(2026, 12, 31), today, ZONE)] == left


def test_the_last_day_counts_whole_in_the_agencys_zone():
    assert expires_at(date(2026, 12, 31), ZONE).astimezone(UTC) == datetime(2027, 1, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "used", "after"),
    [
        (A.ACTIVE, 11, A.ACTIVE),
        (A.ACTIVE, 12, A.EXHAUSTED),
        (A.EXHAUSTED, 11, A.ACTIVE),
        (A.EXPIRED, 12, A.EXPIRED),
        (A.TERMINATED, 1, A.TERMINATED),
    ],
)
def test_exhausted_means_every_unit_was_consumed(status, used, after):
    assert after_units(status, used, 12) is after


def test_the_state_table_is_total():
    assert set(NEXT) == set(A)
    assert not NEXT[A.EXPIRED] | NEXT[A.TERMINATED]


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2026, 1, 31), date(2026, 2, 1)),
        (date(2026, 2, 1), date(2026, 3, 1)),
    ],
)
def test_eligibility_is_checked_again_on_the_first_of_the_next_month(today, first):
    assert first_of_next_month(today) == first


class Kept:
    def __init__(self, order, since, until=None):
        self.order, self.valid_from, self.valid_until = order, since, until


def test_the_first_coverage_in_force_pays_and_an_ended_one_is_only_named_when_there_is_no_other():
    ended = Kept(CoverageOrder.PRIMARY, date(2025, 1, 1), date(2026, 1, 1))
    second = Kept(CoverageOrder.SECONDARY, date(2026, 1, 1))
    assert paying([second, ended], date(2026, 12, 1)) is second
    assert paying([second, ended], date(2026, 1, 1)) is ended
    assert paying([ended], date(2026, 12, 1)) is ended
    assert paying([], date(2026, 12, 1)) is None


class Given:
    def __init__(self, type_, since, expires=None, ended=None):
        self.type, self.effective_from, self.expires_at, self.ended_at = type_, since, expires, ended


def test_a_consent_stands_until_the_moment_of_its_end():
    start, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    before = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    revoked = [Given("part2_tpo", start, ended=end)]
    assert active_types(revoked, before) == {"part2_tpo"}
    assert (active_types(revoked, end), ended_types(revoked, end)) == (frozenset(), {"part2_tpo"})
    assert ended_types([*revoked, Given("part2_tpo", end)], end) == frozenset()
    assert active_types([Given("roi", start, expires=end)], end) == frozenset()
