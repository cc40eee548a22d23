"""What a field means, once for row and schema."""

from typing import Annotated

from pydantic import Field

Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")]
PersonName = Annotated[str, Field(min_length=1, max_length=100)]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]
LongText = Annotated[str, Field(min_length=1, max_length=4000)]
Language = Annotated[str, Field(max_length=35, pattern=r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$")]
Phone = Annotated[str, Field(max_length=32, pattern=r"^\+?[0-9 ().-]{7,31}$")]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
PostalCode = Annotated[str, Field(max_length=12)]
MemberId = Annotated[str, Field(min_length=2, max_length=80)]
FormHash = Annotated[str, Field(min_length=8, max_length=128)]
