"""The agency, as the gateway tells of it."""

from shared.db import Transaction
from sqlmodel import select

from authorizations.models import AgencyCalendar

NO_ZONE_KNOWN = "UTC"

AGENCY = select(AgencyCalendar).limit(1)


async def find_zone(tx: Transaction) -> str:
    """The agency's zone; UTC until the agency has told its own."""
    found = await tx.fetch_optional(AgencyCalendar, AGENCY)
    return found.timezone if found else NO_ZONE_KNOWN
