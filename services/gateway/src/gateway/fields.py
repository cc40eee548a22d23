"""The types of fields that rows and schemas share."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from gateway.rules.npi import is_npi


def known_zone(name: str) -> str:
    """The name, when the time zone database has it. Raises ValueError."""
    if name not in available_timezones():
        raise ValueError("not a time zone of the IANA database")
    return name


def known_npi(text: str) -> str:
    """The text, when it is an NPI. Raises ValueError."""
    if not is_npi(text):
        raise ValueError("not an NPI: ten digits with a right check digit")
    return text


AgencyName = Annotated[str, Field(min_length=1, max_length=120)]
Slug = Annotated[
    str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", max_length=40, description="Never changes.")
]
Zone = Annotated[str, Field(max_length=64, description="IANA name, e.g. America/Chicago"), AfterValidator(known_zone)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", max_length=2, description="ISO 3166-1 alpha-2")]
Subdivision = Annotated[
    str, Field(pattern=r"^[A-Z0-9]{1,3}$", max_length=3, description="The second part of ISO 3166-2")
]
State = Annotated[str, Field(pattern=r"^[A-Z]{2}$", max_length=2, description="USPS code, e.g. IL")]
Npi = Annotated[str, Field(max_length=10, description="The organization's NPI"), AfterValidator(known_npi)]
Ein = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{7}$", max_length=10, description="Tax id, e.g. 00-0000000")]
Email = Annotated[str, Field(pattern=r"^[^@\s<>]{1,64}@[^@\s<>]+\.[^@\s<>.]+$", max_length=254)]
HttpsAddress = Annotated[
    str, Field(pattern=r"^https?://[!-~]+$", max_length=500, description="https; http in a sandbox")
]
Origin = Annotated[
    str,
    Field(
        pattern=r"^(https://[a-z0-9-]+(\.[a-z0-9-]+)*|http://(localhost|127\.0\.0\.1))(:[1-9][0-9]{0,4})?$",
        max_length=200,
        description="Scheme, host and port of the app's pages, as browsers send it; https, or this machine",
    ),
]
Username = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$", max_length=64)]
Explanation = Annotated[str, Field(min_length=10, max_length=2000, description="What happened, in one's own words")]
