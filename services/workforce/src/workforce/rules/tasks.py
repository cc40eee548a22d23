"""Tasks: their states, and who may see that others do theirs.

Source: decision 24; domain section 7.1 (supervisors and directors oversee). Version 2026-11.
"""

from enum import StrEnum


class TaskStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


NEXT: dict[TaskStatus, frozenset[TaskStatus]] = {
    TaskStatus.OPEN: frozenset({TaskStatus.CLOSED}),
    TaskStatus.CLOSED: frozenset(),
}

OVERSEERS = frozenset({"clinical_supervisor", "program_director", "administrator"})


def oversees(roles: frozenset[str]) -> bool:
    return bool(roles & OVERSEERS)
