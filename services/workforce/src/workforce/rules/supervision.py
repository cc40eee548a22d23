"""Supervision of people who do not yet practise alone.

Source: domain section 3.5 and section 9, machine 22. How many hours a licence asks for is each state's rule and stands
with the assignment as data, never here. Version 2026-11.
"""

from datetime import date
from enum import StrEnum


class AssignmentStatus(StrEnum):
    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDED = "ended"


A = AssignmentStatus

NEXT: dict[AssignmentStatus, frozenset[AssignmentStatus]] = {
    A.PROPOSED: frozenset({A.ACTIVE, A.ENDED}),
    A.ACTIVE: frozenset({A.ENDED}),
    A.ENDED: frozenset(),
}


class SessionKind(StrEnum):
    INDIVIDUAL = "individual"
    TRIADIC = "triadic"
    GROUP = "group"


def status_on(starts_on: date, ends_on: date | None, today: date) -> AssignmentStatus:
    """Where an assignment of these days stands; both days belong to it."""
    if ends_on is not None and ends_on < today:
        return A.ENDED
    return A.ACTIVE if starts_on <= today else A.PROPOSED


def covers(starts_on: date, ends_on: date | None, day: date) -> bool:
    return starts_on <= day and (ends_on is None or day <= ends_on)
