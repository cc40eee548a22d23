"""Agencies."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from shared.schemas import Change, In, Out

from gateway.fields import AgencyName, Country, Ein, Email, Npi, Slug, State, Subdivision, Username, Zone


class NewAgency(In):
    """A new tenant with its first administrator. The holidays of its country stop its business clocks.

    `console_redirect_uris`: where the staff console takes people back to; without one nobody signs in there.
    """

    name: AgencyName
    slug: Slug
    timezone: Zone
    holiday_country: Country = "US"
    holiday_subdivision: Subdivision | None = None
    state: State | None = None
    npi: Npi | None = None
    ein: Ein | None = None
    administrator: Username = Field(description="Username of the first administrator")
    administrator_email: Email | None = None
    console_redirect_uris: list[str] = Field(default=[], max_length=20)


class AgencyChange(Change):
    """What is left out stays as it is."""

    CLEARED = frozenset({"holiday_subdivision", "state", "npi", "ein"})

    name: AgencyName | None = None
    timezone: Zone | None = None
    holiday_country: Country | None = None
    holiday_subdivision: Subdivision | None = None
    state: State | None = None
    npi: Npi | None = None
    ein: Ein | None = None


class AgencyOut(Out):
    id: UUID
    name: str
    slug: str
    timezone: str
    holiday_country: str
    holiday_subdivision: str | None
    state: str | None
    npi: str | None
    ein: str | None
    administrator_id: UUID
    is_active: bool
    created_at: datetime
