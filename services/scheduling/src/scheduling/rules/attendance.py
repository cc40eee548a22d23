"""Did they meet? Windows for keeping, missing and cancelling.

Source: domain, section 4 (attendance), agency convention. Version 2026-11. Owner: clinical director.
Late: notice of less than 24 h by the client; exactly 24 h is not late; the agency's own cancellation never counts
against a client.
No-show: from 15 minutes after the start on. Kept: needs actual start and end, and a session that has ended.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from scheduling.rules.appointments import Status
from scheduling.rules.recurrence import day_in

NOTICE = timedelta(hours=24)
GRACE = timedelta(minutes=15)
LONGEST_SESSION = timedelta(hours=12)


class Party(StrEnum):
    """Who cancels. `discharge` is never a person's choice: the episode ended."""

    CLIENT = "client"
    PROVIDER = "provider"
    DISCHARGE = "discharge"


class Flaw(StrEnum):
    """Why a session's times cannot be right."""

    ENDS_BEFORE_IT_STARTS = "The session must end after it started."
    TOO_LONG = "A session lasts at most twelve hours."
    OTHER_DAY = "The session must start on the appointment's service date."


def cancelled_status(start_at: datetime, now: datetime, party: Party) -> Status:
    if party is not Party.CLIENT:
        return Status.CANCELLED_PROVIDER
    return Status.LATE_CANCEL if start_at - now < NOTICE else Status.CANCELLED_CLIENT


def may_be_no_show(start_at: datetime, now: datetime) -> bool:
    return now >= start_at + GRACE


def flaw_of(started_at: datetime, ended_at: datetime, *, service_date: date, timezone: str) -> Flaw | None:
    if ended_at <= started_at:
        return Flaw.ENDS_BEFORE_IT_STARTS
    if ended_at - started_at > LONGEST_SESSION:
        return Flaw.TOO_LONG
    return None if day_in(started_at, timezone) == service_date else Flaw.OTHER_DAY


def minutes_between(started_at: datetime, ended_at: datetime) -> int:
    """Whole minutes; a begun minute does not count."""
    return int((ended_at - started_at).total_seconds() // 60)
