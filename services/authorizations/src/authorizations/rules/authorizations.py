"""The states of an authorization and its alerts. Source: domain specification 6.4 and 9, machine 19, version 2026-11.

`low` and `expiring` may coexist, so they are flags beside the state.
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class AuthorizationStatus(StrEnum):
    ACTIVE = "active"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    REVISED = "revised"
    TERMINATED = "terminated"


A = AuthorizationStatus
NEXT: dict[AuthorizationStatus, frozenset[AuthorizationStatus]] = {
    A.ACTIVE: frozenset({A.EXHAUSTED, A.EXPIRED, A.REVISED, A.TERMINATED}),
    A.EXHAUSTED: frozenset({A.ACTIVE, A.EXPIRED, A.REVISED, A.TERMINATED}),
    A.REVISED: frozenset(),
    A.EXPIRED: frozenset(),
    A.TERMINATED: frozenset(),
}
OPEN: frozenset[AuthorizationStatus] = frozenset({A.ACTIVE, A.EXHAUSTED})
EXPIRY_ALERTS: tuple[int, ...] = (30, 14, 7)


def after_units(status: AuthorizationStatus, used: int, approved: int) -> AuthorizationStatus:
    """Exhausted when every unit was consumed; active again when one comes back."""
    if status not in OPEN:
        return status
    return A.EXHAUSTED if used >= approved else A.ACTIVE


def start_of(day: date, zone: str) -> datetime:
    """The first moment of a day in the agency's zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def alerts(valid_until: date, today: date, zone: str) -> tuple[tuple[int, datetime], ...]:
    """Days left and the moment of each expiry alert that is still to come."""
    days = ((left, valid_until - timedelta(days=left)) for left in EXPIRY_ALERTS)
    return tuple((left, start_of(day, zone)) for left, day in days if day > today)


def expires_at(valid_until: date, zone: str) -> datetime:
    """The last day counts whole: it expires when the next one begins."""
    return start_of(valid_until + timedelta(days=1), zone)


def first_of_next_month(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
