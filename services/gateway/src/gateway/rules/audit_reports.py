"""A report of who looked at a client's record, gathered from every service.

Source: domain specification 7.3; decision 28. Version 2026-11.
"""

from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = timedelta(days=366 * 6)
MOST = 20_000


class ReportStatus(StrEnum):
    PENDING = "pending"
    READY = "ready"


NEXT: dict[ReportStatus, frozenset[ReportStatus]] = {
    ReportStatus.PENDING: frozenset({ReportStatus.READY}),
    ReportStatus.READY: frozenset(),
}


def is_askable(since: datetime, until: datetime) -> bool:
    """A span that ends after it begins, no longer than the audit is kept by law."""
    return timedelta() < until - since <= LONGEST


SYSTEM = "system"
NO_LOOKS = frozenset({"audit.read", "disclosure.evaluate", "disclosure.record", "access.evaluate"})
"""What is asked while somebody looks, or about a look: the look itself has its own row."""
