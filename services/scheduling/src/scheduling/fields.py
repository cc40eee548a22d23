"""What a field means, once for rows and schemas."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from scheduling.rules.recurrence import is_zone


def zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("not an IANA time zone")
    return name


def wall(at: datetime) -> datetime:
    if at.tzinfo is not None:
        raise ValueError("wall time carries no offset: the zone stands in timezone")
    return at


Zone = Annotated[str, Field(max_length=64, description="IANA zone, e.g. America/Denver"), AfterValidator(zone)]
WallTime = Annotated[datetime, Field(description="Local wall time without offset"), AfterValidator(wall)]
Instant = AwareDatetime
Minutes = Annotated[int, Field(ge=5, le=720)]
State = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
ReasonCode = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{1,39}$")]
Weekday = Annotated[int, Field(ge=0, le=6, description="Monday is 0")]
