"""Field types: what a field means, said once."""

from typing import Annotated

from pydantic import AfterValidator, Field

from referrals.rules.needs import is_social_code


def social_code(code: str) -> str:
    if not is_social_code(code):
        raise ValueError("not an ICD-10-CM code of Z55-Z65")
    return code


Name = Annotated[str, Field(min_length=1, max_length=200)]
Prose = Annotated[str, Field(min_length=1, max_length=4000)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Url = Annotated[str, Field(max_length=500, pattern=r"^https?://\S+$")]
Age = Annotated[int, Field(ge=0, le=130)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
SocialCode = Annotated[str, AfterValidator(social_code)]
ReasonCode = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,59}$")]
