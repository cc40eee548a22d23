"""Kinds of appointment and the states one passes through.

Source: domain, sections 4 and 9 (15), 9.1. Version 2026-11. What is not listed is refused.
"""

from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    INTAKE = "intake"
    INDIVIDUAL = "individual"
    COUPLE = "couple"
    FAMILY = "family"
    GROUP_SESSION = "group_session"
    CRISIS = "crisis"
    PSYCHIATRIC = "psychiatric"
    CASE_MANAGEMENT = "case_management"
    SUPERVISION = "supervision"
    MEETING = "meeting"


WITHOUT_CLIENT = frozenset({Kind.SUPERVISION, Kind.MEETING})


class Modality(StrEnum):
    IN_PERSON = "in_person"
    VIDEO = "video"
    AUDIO = "audio"


TELEHEALTH = frozenset({Modality.VIDEO, Modality.AUDIO})


class Status(StrEnum):
    PROPOSED = "proposed"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_SESSION = "in_session"
    KEPT = "kept"
    NO_SHOW = "no_show"
    LATE_CANCEL = "late_cancel"
    CANCELLED_CLIENT = "cancelled_client"
    CANCELLED_PROVIDER = "cancelled_provider"


CANCELLATIONS = frozenset({Status.CANCELLED_CLIENT, Status.CANCELLED_PROVIDER, Status.LATE_CANCEL})
BEFORE_ARRIVAL = CANCELLATIONS | {Status.ARRIVED, Status.KEPT, Status.NO_SHOW}

# 9.1 lets a booked appointment be kept at once: nobody is made to click through confirmed and arrived.
NEXT: dict[Status, frozenset[Status]] = {
    Status.PROPOSED: frozenset({Status.BOOKED}),
    Status.BOOKED: BEFORE_ARRIVAL | {Status.CONFIRMED},
    Status.CONFIRMED: BEFORE_ARRIVAL,
    Status.ARRIVED: frozenset({Status.IN_SESSION, Status.KEPT}),
    Status.IN_SESSION: frozenset({Status.KEPT}),
    Status.KEPT: frozenset(),
    Status.NO_SHOW: frozenset(),
    Status.LATE_CANCEL: frozenset(),
    Status.CANCELLED_CLIENT: frozenset(),
    Status.CANCELLED_PROVIDER: frozenset(),
}

AWAITED = frozenset({Status.BOOKED, Status.CONFIRMED})
UNSETTLED = AWAITED | {Status.ARRIVED, Status.IN_SESSION}
# These hold the time of provider and client: the WHERE of the exclusion constraints says the same.
HOLDS_TIME = UNSETTLED | {Status.PROPOSED, Status.KEPT}

REMINDER_HOURS = (72, 24, 2)


def allowed_from(status: Status) -> str:
    """What may follow, as words for a refusal."""
    return ", ".join(sorted(NEXT[status])) or "nothing"


def reminders(start_at: datetime, now: datetime) -> tuple[tuple[int, datetime], ...]:
    """(hours before, due) of each reminder that has not yet fallen due."""
    due = ((hours, start_at - timedelta(hours=hours)) for hours in REMINDER_HOURS)
    return tuple((hours, at) for hours, at in due if at > now)
