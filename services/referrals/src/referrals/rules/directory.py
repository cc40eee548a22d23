"""What the directory may say of a service, and when what it says is stale.

Source: Open Referral HSDS 3.0 (service.status, location.location_type, address.address_type). The 180 days are the
agency's default (domain section 5.1). Version 2026-11.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum


class ServiceStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


class PlaceType(StrEnum):
    """HSDS location_type and address_type share these three."""

    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


ASSURED_FOR = timedelta(days=180)


def is_stale(assured_date: date | None, today: date) -> bool:
    """Never assured, or assured longer ago than 180 days."""
    return assured_date is None or today - assured_date > ASSURED_FOR


def stale_at(assured_date: date) -> datetime:
    """The first moment at which an assurance is stale. The directory's dates are UTC days: it serves many zones."""
    return datetime.combine(assured_date + ASSURED_FOR + timedelta(days=1), time.min, UTC)


def search_text(*parts: str | None) -> str:
    """What a search over the directory looks into: the names and the description, in one line."""
    return " ".join(word for part in parts if part for word in part.split()).lower()
