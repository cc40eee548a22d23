"""Clinics."""

from datetime import datetime
from uuid import UUID

from shared.schemas import Change, In, Out

from gateway.fields import AgencyName, Zone


class NewClinic(In):
    """A place of the agency. Without a time zone it has the agency's."""

    name: AgencyName
    timezone: Zone | None = None


class ClinicChange(Change):
    name: AgencyName | None = None
    timezone: Zone | None = None
    is_active: bool | None = None


class ClinicOut(Out):
    id: UUID
    name: str
    timezone: str
    is_active: bool
    created_at: datetime
