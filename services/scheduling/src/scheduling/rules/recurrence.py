"""Wall time and the instants it names, by IANA zone.

Source: RFC 5545 (iCalendar), 3.3.5 DATE-TIME and 3.3.10 RECUR; PEP 495. Version: 2009, tz database of the host.
A wall time that a zone skips (spring) is read with the offset before the gap; one that occurs twice (autumn) is its
first occurrence. A series keeps its wall time; a length is elapsed time.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True)
class Occurrence:
    """`wall` is what the clock on the zone's wall shows at `start_at`."""

    wall: datetime
    start_at: datetime
    end_at: datetime


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def to_utc(wall: datetime, zone: str) -> datetime:
    """`fold=0` is exactly RFC 5545: before the gap, first of two."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def to_wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def day_in(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def end_of_day(day: date, zone: str) -> datetime:
    """The first instant of the next day in the zone."""
    return to_utc(datetime.combine(day + timedelta(days=1), time.min), zone)


def occurrence(wall: datetime, zone: str, *, minutes: int) -> Occurrence:
    start_at = to_utc(wall, zone)
    return Occurrence(to_wall(start_at, zone), start_at, start_at + timedelta(minutes=minutes))


def weekly(first: datetime, zone: str, *, every_weeks: int, count: int, minutes: int) -> tuple[Occurrence, ...]:
    """FREQ=WEEKLY;INTERVAL=every_weeks;COUNT=count from the wall time of the first."""
    return tuple(occurrence(first + timedelta(weeks=every_weeks * n), zone, minutes=minutes) for n in range(count))
