from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scheduling.rules.slots import Pattern, Span, Window, free_slots, holds_on, open_spans, windows_clash

NEW_YORK = "America/New_York"
HOUR = timedelta(hours=1)
NONE = timedelta()
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def free(
    spans: list[Span], busy: list[Span], *, step: timedelta = HOUR, buffer: timedelta = NONE, now: datetime = EPOCH
) -> list[datetime]:
    return [s.start_at for s in free_slots(spans, busy, length=HOUR, step=step, buffer=buffer, not_before=now)]


def pattern(**more: object) -> Pattern:
    windows = (Window(0, time(9), time(12)), Window(2, time(13), time(15)))
    return Pattern(**{"timezone": NEW_YORK, "windows": windows, "effective_from": date(2026, 12, 1), **more})  # type: ignore[arg-type]


def test_a_pattern_opens_its_weekdays_only() -> None:
    spans = list(open_spans(pattern(), date(2026, 12, 7), date(2026, 12, 13)))
    assert spans == [Span(at(7, 14), at(7, 17)), Span(at(9, 18), at(9, 20))]


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 11, 30), False),
        (date(2026, 12, 1), True),
        (date(2026, 12, 20), True),
        (date(2026, 12, 21), False),
        (date(2026, 12, 7), False),
    ],
)
def test_effective_days_are_included_and_days_off_are_not(day: date, holds: bool) -> None:
    assert holds_on(pattern(effective_until=date(2026, 12, 20), days_off=frozenset({date(2026, 12, 7)})), day) is holds


def test_a_pattern_keeps_wall_time_over_both_changes_of_the_clock() -> None:
    nine = pattern(windows=(Window(6, time(9), time(10)),), effective_from=date(2026, 1, 1))
    spring = [s.start_at.hour for s in open_spans(nine, date(2026, 3, 1), date(2026, 3, 8))]
    autumn = [s.start_at.hour for s in open_spans(nine, date(2026, 10, 25), date(2026, 11, 1))]
    assert (spring, autumn) == ([14, 13], [13, 14])


def test_a_window_over_the_gap_loses_the_hour_and_over_the_second_hour_gains_it() -> None:
    night = pattern(windows=(Window(6, time(1), time(4)),), effective_from=date(2026, 1, 1))
    (spring,) = open_spans(night, date(2026, 3, 8), date(2026, 3, 8))
    (autumn,) = open_spans(night, date(2026, 11, 1), date(2026, 11, 1))
    assert spring.end_at - spring.start_at == 2 * HOUR
    assert autumn.end_at - autumn.start_at == 4 * HOUR


def test_spans_are_half_open() -> None:
    opened, booked = [Span(at(7, 14), at(7, 17))], [Span(at(7, 15), at(7, 16))]
    assert free(opened, booked) == [at(7, 14), at(7, 16)]


def test_one_minute_of_overlap_takes_the_slot() -> None:
    assert free([Span(at(7, 14), at(7, 17))], [Span(at(7, 15), at(7, 16, 1))]) == [at(7, 14)]


def test_buffer_widens_what_is_booked() -> None:
    opened, booked = [Span(at(7, 14), at(7, 18))], [Span(at(7, 15), at(7, 16))]
    assert free(opened, booked, buffer=timedelta(minutes=10)) == [at(7, 17)]


def test_a_slot_ends_inside_the_window() -> None:
    assert free([Span(at(7, 14), at(7, 15, 59))], [], step=timedelta(minutes=30)) == [at(7, 14), at(7, 14, 30)]


def test_what_has_begun_is_not_offered() -> None:
    assert free([Span(at(7, 14), at(7, 16))], [], now=at(7, 14)) == [at(7, 14), at(7, 15)]
    assert free([Span(at(7, 14), at(7, 16))], [], now=at(7, 14, 1)) == [at(7, 15)]


@pytest.mark.parametrize(
    ("windows", "clash"),
    [
        ([Window(0, time(9), time(10)), Window(0, time(10), time(11))], False),
        ([Window(0, time(9), time(10)), Window(1, time(9), time(10))], False),
        ([Window(0, time(9), time(10, 1)), Window(0, time(10), time(11))], True),
        ([Window(0, time(10), time(10))], True),
        ([Window(0, time(11), time(10))], True),
    ],
)
def test_windows_clash(windows: list[Window], clash: bool) -> None:
    assert windows_clash(windows) is clash


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 120)), max_size=12), st.integers(0, 30))
def test_no_free_slot_ever_touches_a_booking(booked: list[tuple[int, int]], buffer: int) -> None:
    start, minute = at(7, 8), timedelta(minutes=1)
    busy = [Span(start + b * minute, start + (b + n) * minute) for b, n in booked]
    slots = free_slots(
        [Span(start, start + 10 * HOUR)], busy, length=HOUR, step=15 * minute, buffer=buffer * minute, not_before=start
    )
    assert not any(slot.overlaps(taken.widened(buffer * minute)) for slot in slots for taken in busy)
