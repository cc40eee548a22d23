"""The agency's days, as the gateway told them."""

from shared.db import Transaction

from intake import queries
from intake.errors import CalendarUnknown
from intake.rules.access import Calendar, calendar_of


async def find_calendar(tx: Transaction, *, is_needed: bool) -> Calendar:
    """The agency's calendar. Unknown yet: refused where days are counted by it, else UTC without holidays."""
    row = await queries.find_calendar(tx)
    if row is None and is_needed:
        raise CalendarUnknown("Business days cannot be counted before the agency's calendar is known.")
    return calendar_of(row.timezone, row.holidays) if row else Calendar()
