"""The follow-up after discharge: who gets one, by when, and how it ends.

Source: domain section 3.6 (finalising a discharge starts follow-up tasks); 7 days after NCQA's follow-up measures, the
agency's default. Version 2026-11.
"""

from datetime import datetime, timedelta
from enum import StrEnum


class AftercareStatus(StrEnum):
    PLANNED = "planned"
    DONE = "done"


NEXT: dict[AftercareStatus, frozenset[AftercareStatus]] = {
    AftercareStatus.PLANNED: frozenset({AftercareStatus.DONE}),
    AftercareStatus.DONE: frozenset(),
}


class ContactOutcome(StrEnum):
    """How the follow-up ended."""

    REACHED = "reached"
    DECLINED = "declined"
    COULD_NOT_CONTACT = "could_not_contact"


FOLLOW_UP_WITHIN = timedelta(days=7)
RULE = "Aftercare: reach the person within 7 days of the final discharge (agency default)."
OWNER = "case_manager"
WITHOUT_FOLLOW_UP = frozenset({"deceased"})


def needs_follow_up(reason_code: str) -> bool:
    """Everyone who was discharged alive is followed up."""
    return reason_code not in WITHOUT_FOLLOW_UP


def due_at(finalized_at: datetime) -> datetime:
    return finalized_at + FOLLOW_UP_WITHIN
