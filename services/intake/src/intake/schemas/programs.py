"""Programs."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field
from shared.schemas import Change, In, Out

from intake.fields import Code, ShortText
from intake.rules.access import DEFAULT_SET, STANDARDS


def known_standard(code: Any) -> Any:
    if code not in STANDARDS:
        raise ValueError(f"known standards: {', '.join(sorted(STANDARDS))}")
    return code


StandardSetCode = Annotated[str, BeforeValidator(known_standard)]


class NewProgram(In):
    clinic_id: UUID
    code: Code
    name: ShortText
    is_part2: bool = False
    review_every_days: Annotated[int, Field(ge=1, le=366)] = 90
    access_standard: StandardSetCode = DEFAULT_SET


class ProgramChange(Change):
    """What is left out stays as it is. Clinic, code and whether 42 CFR Part 2 applies do not change."""

    name: ShortText | None = None
    review_every_days: Annotated[int, Field(ge=1, le=366)] | None = None
    access_standard: StandardSetCode | None = None
    is_active: bool | None = None


class ProgramOut(Out):
    id: UUID
    clinic_id: UUID
    code: str
    name: str
    is_part2: bool
    review_every_days: int
    access_standard: str
    is_active: bool
    version: int
