from datetime import datetime

from shared.db import Transaction

from gateway import queries
from gateway.rules.break_glass import due_after
from gateway.use_cases.compute_holidays import compute_holidays


async def reckon_due(tx: Transaction, business_days: int) -> datetime:
    """The end of the day so many business days of the agency from now."""
    agency = await queries.get_agency(tx, tx.agency_id)
    days = compute_holidays(agency.holiday_country, agency.holiday_subdivision, year=tx.now.year)
    return due_after(tx.now, business_days, agency.timezone, days)
