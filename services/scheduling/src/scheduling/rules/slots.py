"""Free slots: what a weekly pattern opens, less what is booked.

Source: domain, section 4 (weekly pattern in IANA wall time, exceptions, effective dates, buffers). Version 2026-11.
All spans are half-open: one that ends at ten leaves ten o'clock free.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from scheduling.rules.recurrence import to_utc

LONGEST_RANGE = timedelta(days=62)


@dataclass(frozen=True, order=True)
class Window:
    """Open hours of one weekday (Monday is 0), in wall time."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True, order=True)
class Span:
    start_at: datetime
    end_at: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.start_at < other.end_at and other.start_at < self.end_at

    def widened(self, by: timedelta) -> "Span":
        return Span(self.start_at - by, self.end_at + by)


@dataclass(frozen=True)
class Pattern:
    """`effective_until` is the last day on which the pattern holds; None while it lasts."""

    timezone: str
    windows: tuple[Window, ...]
    effective_from: date
    effective_until: date | None = None
    days_off: frozenset[date] = frozenset()


def windows_clash(windows: Iterable[Window]) -> bool:
    """True when a window is empty or two of one weekday overlap."""
    ordered = sorted(windows)
    return any(w.start >= w.end for w in ordered) or any(
        a.weekday == b.weekday and b.start < a.end for a, b in pairwise(ordered)
    )


def holds_on(pattern: Pattern, day: date) -> bool:
    ended = pattern.effective_until is not None and day > pattern.effective_until
    return day >= pattern.effective_from and not ended and day not in pattern.days_off


def open_spans(pattern: Pattern, from_on: date, until_on: date) -> Iterator[Span]:
    """The spans that the pattern opens on the days from `from_on` to `until_on`, both included, in its own zone."""
    for day in (from_on + timedelta(days=n) for n in range((until_on - from_on).days + 1)):
        for window in pattern.windows if holds_on(pattern, day) else ():
            if window.weekday == day.weekday():
                yield Span(
                    to_utc(datetime.combine(day, window.start), pattern.timezone),
                    to_utc(datetime.combine(day, window.end), pattern.timezone),
                )


def cut(span: Span, length: timedelta, step: timedelta) -> Iterator[Span]:
    """The spans of one length that begin on each step and end inside."""
    start = span.start_at
    while start + length <= span.end_at:
        yield Span(start, start + length)
        start += step


def free_slots(
    opened: Iterable[Span],
    busy: Iterable[Span],
    *,
    length: timedelta,
    step: timedelta,
    buffer: timedelta,
    not_before: datetime,
) -> tuple[Span, ...]:
    """The slots of an open span that no booked span, widened by the buffer, touches; none that has begun."""
    taken = [span.widened(buffer) for span in busy]
    slots = {slot for span in opened for slot in cut(span, length, step)}
    return tuple(sorted(s for s in slots if s.start_at >= not_before and not any(s.overlaps(t) for t in taken)))
