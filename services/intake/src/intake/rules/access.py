"""Triage levels and the clocks of access.

Sources: CCBHC criteria 2.a/2.b (SAMHSA 2016, figures kept in 2023); NCQA access standards. Version 2026-11.
The day of the request is day 0. Business days run in the agency's zone and stand still on weekends and its holidays.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

END_OF_DAY = time(23, 59, 59)
SATURDAY = 5


class Level(StrEnum):
    EMERGENT = "emergent"
    URGENT = "urgent"
    ROUTINE = "routine"


class Unit(StrEnum):
    IMMEDIATE = "immediate"
    HOURS = "hours"
    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"


@dataclass(frozen=True)
class Standard:
    """How long after the request the first evaluation and service (or the comprehensive one) must have been."""

    code: str
    unit: Unit
    amount: int


@dataclass(frozen=True)
class StandardSet:
    code: str
    levels: dict[Level, Standard]
    comprehensive: Standard


@dataclass(frozen=True)
class Calendar:
    """The agency's days."""

    zone: tzinfo = UTC
    holidays: Collection[date] = field(default_factory=frozenset)


COMPREHENSIVE = Standard("ccbhc.comprehensive.60cd", Unit.CALENDAR_DAYS, 60)
STANDARDS: dict[str, StandardSet] = {
    "ccbhc": StandardSet(
        "ccbhc",
        {
            Level.EMERGENT: Standard("ccbhc.emergent.immediate", Unit.IMMEDIATE, 0),
            Level.URGENT: Standard("ccbhc.urgent.1bd", Unit.BUSINESS_DAYS, 1),
            Level.ROUTINE: Standard("ccbhc.routine.10bd", Unit.BUSINESS_DAYS, 10),
        },
        COMPREHENSIVE,
    ),
    "ncqa": StandardSet(
        "ncqa",
        {
            Level.EMERGENT: Standard("ncqa.emergent.6h", Unit.HOURS, 6),
            Level.URGENT: Standard("ncqa.urgent.48h", Unit.HOURS, 48),
            Level.ROUTINE: Standard("ncqa.routine.10bd", Unit.BUSINESS_DAYS, 10),
        },
        COMPREHENSIVE,
    ),
}
DEFAULT_SET = "ccbhc"


def calendar_of(timezone: str, holidays: Collection[str]) -> Calendar:
    """The calendar from what the agency's row says: an IANA zone and ISO dates."""
    return Calendar(ZoneInfo(timezone), frozenset(date.fromisoformat(day) for day in holidays))


def standard_for(level: Level, set_code: str = DEFAULT_SET) -> Standard:
    return STANDARDS[set_code].levels[level]


def is_business_day(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < SATURDAY and day not in holidays


def business_day(start: date, count: int, holidays: Collection[date]) -> date:
    """The day `count` business days after `start`, which is day 0 whatever day it is."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_business_day(day, holidays)
    return day


def due_at(standard: Standard, received_at: datetime, calendar: Calendar) -> datetime:
    """When the clock runs out, in UTC: for days the last second of that day in the agency's zone."""
    if standard.unit in (Unit.IMMEDIATE, Unit.HOURS):
        return received_at + timedelta(hours=standard.amount)
    day = received_at.astimezone(calendar.zone).date()
    if standard.unit is Unit.BUSINESS_DAYS:
        last = business_day(day, standard.amount, calendar.holidays)
    else:
        last = day + timedelta(days=standard.amount)
    return datetime.combine(last, END_OF_DAY, calendar.zone).astimezone(UTC)


def has_clock(standard: Standard) -> bool:
    """Whether missing the standard can be told by a timer; what is due at once is escalated by its task instead."""
    return standard.unit is not Unit.IMMEDIATE
