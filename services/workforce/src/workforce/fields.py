"""Field types: what a field means, said once."""

from typing import Annotated

from pydantic import AfterValidator, Field

from workforce.rules.npi import is_npi
from workforce.rules.states import is_state


def npi(text: str) -> str:
    if not is_npi(text):
        raise ValueError("not an NPI: ten digits with a right check digit")
    return text


def state(text: str) -> str:
    if not is_state(text):
        raise ValueError("not a USPS code of a state or territory")
    return text


Npi = Annotated[str, AfterValidator(npi)]
State = Annotated[str, AfterValidator(state)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
CredentialNumber = Annotated[str, Field(min_length=1, max_length=60)]
Minutes = Annotated[int, Field(ge=1, le=1440)]
