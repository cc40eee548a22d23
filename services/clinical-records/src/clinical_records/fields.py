"""What a field means, said once for rows and schemas."""

from typing import Annotated

from pydantic import Field, StringConstraints

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$")]
Answer = Annotated[int, Field(strict=True)]
Rank = Annotated[int, Field(ge=1, le=12)]
ReviewDays = Annotated[int, Field(ge=7, le=183)]
Number = Annotated[int, Field(strict=True)] | Annotated[float, Field(allow_inf_nan=False)]
