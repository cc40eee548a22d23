from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from shared.contracts.gateway import AgencyChanged
from shared.db import Transaction

from gateway.models import Agency
from gateway.use_cases.compute_holidays import compute_holidays


async def tell_agency(tx: Transaction, agency: Agency) -> None:
    """Tell what every service needs of an agency, and come back when another year of holidays is due."""
    zone = ZoneInfo(agency.timezone)
    year = tx.now.astimezone(zone).year
    days = compute_holidays(agency.holiday_country, agency.holiday_subdivision, year=year)
    tx.publish(AgencyChanged(agency_id=agency.id, timezone=agency.timezone, holidays=days, is_active=agency.is_active))
    next_year = datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    await tx.start_timer("holidays_due", subject=agency.id, due_at=next_year, key=str(year + 1))
