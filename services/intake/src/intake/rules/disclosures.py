"""From intake's records to the question that `privacy.decide` answers.

Source: domain specification 2.6. Version 2026-11.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

PERMIT_MS = 1000
"""How long an answer may be acted upon, from before it was asked for."""
OUTLAST = PERMIT_MS / 1000 + 0.25
"""Seconds from a commit that takes a permission away until it is acknowledged: every permit has lapsed, and what was
handed over at the last moment has left."""


def age_on(born: date, day: date) -> int:
    """In full years, on the agency's day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_part2(
    *, said: bool, program_id: UUID | None, part2_programs: Collection[UUID], own_programs: Collection[UUID]
) -> bool:
    """Part 2 when the caller or the program says so; without a program, when the client was ever in one of Part 2."""
    if said or program_id in part2_programs:
        return True
    return program_id is None and any(program in part2_programs for program in own_programs)
