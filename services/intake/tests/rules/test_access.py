from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from intake.rules.access import (
    STANDARDS,
    Calendar,
    Level,
    Standard,
    Unit,
    business_day,
    calendar_of,
    due_at,
    has_clock,
    standard_for,
)

CHICAGO = ZoneInfo("America/Chicago")
THANKSGIVING = frozenset({date(2026, 11, 26), date(2026, 11, 27)})
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("count", "day"),
    [
        (0, date(2026, 11, 23)),
        (1, date(2026, 11, 24)),
        (4, date(2026, 11, 27)),
        (5, date(2026, 11, 30)),
        (10, date(2026, 12, 7)),
    ],
)
def test_the_day_of_the_request_is_day_zero(count, day):
    assert business_day(MONDAY, count, ()) == day


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2026, 11, 29), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 12, 1)),
    ],
)
def test_weekends_do_not_count(start, day):
    assert business_day(start, 1, ()) == day


def test_holidays_do_not_count():
    assert business_day(MONDAY, 3, THANKSGIVING) == date(2026, 11, 30)
    assert business_day(MONDAY, 10, THANKSGIVING) == date(2026, 12, 9)


def test_every_set_has_every_level():
    assert all(set(standards.levels) == set(Level) for standards in STANDARDS.values())


def test_routine_ends_with_the_tenth_business_day_in_the_agencys_zone():
    received = datetime(2026, 11, 23, 15, tzinfo=UTC)
    due = due_at(standard_for(Level.ROUTINE), received, Calendar(CHICAGO, THANKSGIVING))
    assert due.astimezone(CHICAGO) == datetime(2026, 12, 9, 23, 59, 59, tzinfo=CHICAGO)
    assert due.tzinfo is UTC


def test_the_day_is_the_agencys_not_utc():
    late = datetime(2026, 11, 24, 4, tzinfo=UTC)
    due = due_at(standard_for(Level.URGENT), late, Calendar(CHICAGO))
    assert due.astimezone(CHICAGO).date() == date(2026, 11, 24)


def test_a_clock_over_the_change_of_hour_keeps_its_local_end():
    received = datetime(2026, 10, 30, 15, tzinfo=UTC)
    due = due_at(standard_for(Level.URGENT), received, Calendar(CHICAGO))
    assert due == datetime(2026, 11, 3, 5, 59, 59, tzinfo=UTC)


def test_emergent_is_now_and_has_no_timer():
    received = datetime(2026, 11, 23, 15, tzinfo=UTC)
    standard = standard_for(Level.EMERGENT)
    assert due_at(standard, received, Calendar()) == received
    assert not has_clock(standard)
    assert has_clock(standard_for(Level.ROUTINE))


def test_ncqa_counts_hours():
    received = datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert due_at(standard_for(Level.URGENT, "ncqa"), received, Calendar()) == received + timedelta(hours=48)


def test_comprehensive_counts_calendar_days():
    received = datetime(2026, 11, 23, 15, tzinfo=UTC)
    due = due_at(Standard("c", Unit.CALENDAR_DAYS, 60), received, Calendar())
    assert due.date() == date(2027, 1, 22)


def test_a_calendar_from_its_row():
    assert calendar_of("America/Chicago", ["2026-12-25"]) == Calendar(CHICAGO, frozenset({date(2026, 12, 25)}))
