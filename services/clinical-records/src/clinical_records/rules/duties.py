"""Duties that clinical-records opens: their kinds and when a day ends. Table version 2026-11-23, project convention."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class DutyKind(StrEnum):
    CSSRS_SCREEN = "cssrs_screen"
    MEASURE_DUE = "measure_due"
    NOT_ON_TRACK = "not_on_track"
    PAGE_SUPERVISOR = "page_supervisor"
    FULL_RISK_ASSESSMENT = "full_risk_assessment"
    RISK_CONTACT = "risk_contact"
    PLAN_REVIEW = "plan_review"
    NOTE_DUE = "note_due"
    NOTE_OVERDUE = "note_overdue"
    COSIGN = "cosign"
    RETURNED = "returned"


def day_of(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def end_of_day(now: datetime, zone: str) -> datetime:
    """The last second of the day that `now` has in the zone."""
    return datetime.combine(day_of(now, zone), time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


def start_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def days_after(now: datetime, days: int, zone: str) -> date:
    return day_of(now, zone) + timedelta(days=days)
