from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scheduling.rules.recurrence import day_in, end_of_day, is_zone, occurrence, to_utc, to_wall, weekly

NEW_YORK = "America/New_York"


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # noqa: DTZ001


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        (wall(2026, 3, 8, 1, 59), NEW_YORK, utc(2026, 3, 8, 6, 59)),
        (wall(2026, 3, 8, 2, 0), NEW_YORK, utc(2026, 3, 8, 7, 0)),
        (wall(2026, 3, 8, 2, 30), NEW_YORK, utc(2026, 3, 8, 7, 30)),
        (wall(2026, 3, 8, 3, 0), NEW_YORK, utc(2026, 3, 8, 7, 0)),
        (wall(2026, 11, 1, 0, 59), NEW_YORK, utc(2026, 11, 1, 4, 59)),
        (wall(2026, 11, 1, 1, 0), NEW_YORK, utc(2026, 11, 1, 5, 0)),
        (wall(2026, 11, 1, 1, 30), NEW_YORK, utc(2026, 11, 1, 5, 30)),
        (wall(2026, 11, 1, 2, 0), NEW_YORK, utc(2026, 11, 1, 7, 0)),
        (wall(2026, 10, 4, 2, 15), "Australia/Lord_Howe", utc(2026, 10, 3, 15, 45)),
        (wall(2026, 7, 1, 9, 0), "America/Phoenix", utc(2026, 7, 1, 16, 0)),
    ],
)
def test_gap_takes_the_offset_before_it_and_ambiguous_is_the_first(
    local: datetime, zone: str, instant: datetime
) -> None:
    assert to_utc(local, zone) == instant


def test_weekly_keeps_wall_time_when_clocks_go_forward() -> None:
    series = weekly(wall(2026, 3, 2, 10, 0), NEW_YORK, every_weeks=1, count=3, minutes=60)
    assert [o.wall.hour for o in series] == [10, 10, 10]
    assert [o.start_at for o in series] == [utc(2026, 3, 2, 15), utc(2026, 3, 9, 14), utc(2026, 3, 16, 14)]


def test_weekly_keeps_wall_time_when_clocks_go_back() -> None:
    series = weekly(wall(2026, 10, 26, 10, 0), NEW_YORK, every_weeks=1, count=2, minutes=60)
    assert [o.start_at for o in series] == [utc(2026, 10, 26, 14), utc(2026, 11, 2, 15)]


def test_weekly_over_a_time_that_is_skipped_returns_to_its_wall_time() -> None:
    series = weekly(wall(2026, 3, 1, 2, 30), NEW_YORK, every_weeks=1, count=3, minutes=60)
    assert [o.wall for o in series] == [
        wall(2026, 3, 1, 2, 30),
        wall(2026, 3, 8, 3, 30),
        wall(2026, 3, 15, 2, 30),
    ]


def test_length_is_elapsed_time_over_a_change_of_the_clock() -> None:
    found = occurrence(wall(2026, 11, 1, 0, 30), NEW_YORK, minutes=90)
    assert found.end_at - found.start_at == timedelta(minutes=90)
    assert to_wall(found.end_at, NEW_YORK) == wall(2026, 11, 1, 1, 0)


def test_interval_of_two_weeks() -> None:
    series = weekly(wall(2026, 12, 1, 9, 0), NEW_YORK, every_weeks=2, count=3, minutes=50)
    assert [o.wall.date() for o in series] == [date(2026, 12, 1), date(2026, 12, 15), date(2026, 12, 29)]


def test_service_date_is_the_zones() -> None:
    late = utc(2026, 12, 1, 4, 30)
    assert day_in(late, NEW_YORK) == date(2026, 11, 30)
    assert day_in(late, "Europe/Berlin") == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2026, 3, 8), utc(2026, 3, 9, 4)),
        (date(2026, 11, 1), utc(2026, 11, 2, 5)),
        (date(2026, 11, 30), utc(2026, 12, 1, 5)),
    ],
)
def test_end_of_day(day: date, instant: datetime) -> None:
    assert end_of_day(day, NEW_YORK) == instant


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("America/Denver", True),
        ("UTC", True),
        ("Nowhere/At_All", False),
        ("../etc/passwd", False),
        ("", False),
        ("America", False),
    ],
)
def test_zones(name: str, known: bool) -> None:
    assert is_zone(name) is known


@given(
    st.datetimes(wall(2020, 1, 1), wall(2040, 1, 1)),
    st.sampled_from([NEW_YORK, "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_wall_time_returns_but_for_what_a_zone_skips(local: datetime, zone: str) -> None:
    back = to_wall(to_utc(local, zone), zone)
    assert back == local or timedelta() < back - local <= timedelta(hours=1)


@given(st.datetimes(wall(2020, 1, 1), wall(2039, 1, 1)), st.integers(1, 60))
def test_occurrences_come_in_order(first: datetime, count: int) -> None:
    starts = [o.start_at for o in weekly(first, NEW_YORK, every_weeks=1, count=count, minutes=50)]
    assert starts == sorted(starts)
    assert len(set(starts)) == count
