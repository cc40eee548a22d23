"""From intake's records to the question that `privacy.decide` answers.

Source: domain specification 2.6. Version 2026-11.
"""

from collections.abc import Collection
from uuid import UUID


def is_part2(
    *, said: bool, program_id: UUID | None, part2_programs: Collection[UUID], own_programs: Collection[UUID]
) -> bool:
    """Part 2 when the caller or the program says so; without a program, when the client was ever in one of Part 2."""
    if said or program_id in part2_programs:
        return True
    return program_id is None and any(program in part2_programs for program in own_programs)
