"""The arithmetic of authorized units. Source: domain specification 6.4, version 2026-11.

available = approved - used - reserved; remaining = approved - used. Each movement is an entry of an append-only ledger.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from authorizations.rules.service_codes import Rounding, quarter_hours


class EntryKind(StrEnum):
    RESERVE = "reserve"
    RELEASE = "release"
    CONSUME = "consume"
    REVERSE = "reverse"
    ADJUST = "adjust"


class UnitKind(StrEnum):
    VISIT = "visit"
    HOUR = "hour"
    QUARTER_HOUR = "quarter_hour"
    DAY = "day"


LOW_AT_MOST, LOW_SHARE_PERCENT = 2, 20
CLOSES_RESERVE: frozenset[EntryKind] = frozenset({EntryKind.RELEASE, EntryKind.CONSUME})


@dataclass(frozen=True)
class Balance:
    approved: int
    used: int = 0
    reserved: int = 0

    @property
    def available(self) -> int:
        return self.approved - self.used - self.reserved

    @property
    def remaining(self) -> int:
        return self.approved - self.used

    @property
    def is_sound(self) -> bool:
        return min(self.used, self.reserved, self.available) >= 0


class Window(Protocol):
    """What choosing needs of an authorization."""

    id: UUID
    valid_from: date
    valid_until: date
    terminated_on: date | None
    unit_kind: "UnitKind"
    rounding: Rounding
    approved: int
    used: int
    reserved: int


class Entry(Protocol):
    authorization_id: UUID
    kind: EntryKind
    units: int


AnyWindow = TypeVar("AnyWindow", bound=Window)
AnyEntry = TypeVar("AnyEntry", bound=Entry)


@dataclass(frozen=True)
class Movement:
    """One entry of the ledger: so many units, and the balance after them."""

    kind: EntryKind
    units: int
    after: Balance


def reserve(balance: Balance, units: int) -> Movement:
    return Movement(EntryKind.RESERVE, units, replace(balance, reserved=balance.reserved + units))


def release(balance: Balance, units: int) -> Movement:
    return Movement(EntryKind.RELEASE, units, replace(balance, reserved=balance.reserved - units))


def consume(balance: Balance, wanted: int, held: int = 0) -> Movement:
    """What a session took, but no more than was held for it and is left; a walk-in held nothing."""
    units = min(wanted, held + balance.available)
    return Movement(
        EntryKind.CONSUME, units, replace(balance, used=balance.used + units, reserved=balance.reserved - held)
    )


def reverse(balance: Balance, units: int) -> Movement:
    return Movement(EntryKind.REVERSE, units, replace(balance, used=balance.used - units))


def is_low(balance: Balance) -> bool:
    """At most two units or a fifth of the approved ones are left with the payer."""
    return balance.remaining <= LOW_AT_MOST or balance.remaining * 100 <= balance.approved * LOW_SHARE_PERCENT


def covers(window: Window, on: date) -> bool:
    """The window is inclusive at both ends; a termination ends it on its day."""
    last = window.valid_until if window.terminated_on is None else min(window.valid_until, window.terminated_on)
    return window.valid_from <= on <= last


def choose(windows: Iterable[AnyWindow], on: date, minutes: int) -> AnyWindow | None:
    """Of several authorizations with room for the session on that day, the one that ends first."""
    fitting = [
        w for w in windows if covers(w, on) and balance_of(w).available >= units_for(w.unit_kind, minutes, w.rounding)
    ]
    return min(fitting, key=lambda w: (w.valid_until, w.id), default=None)


def balance_of(window: Window) -> Balance:
    return Balance(window.approved, window.used, window.reserved)


def open_reserve(entries: Sequence[AnyEntry]) -> AnyEntry | None:
    """The reserve of an appointment that was neither released nor consumed."""
    closed = {entry.authorization_id for entry in entries if entry.kind in CLOSES_RESERVE}
    return next((e for e in entries if e.kind is EntryKind.RESERVE and e.authorization_id not in closed), None)


def consumed(entries: Sequence[AnyEntry]) -> AnyEntry | None:
    """The consumption of an appointment that was not reversed."""
    reversed_ = {entry.authorization_id for entry in entries if entry.kind is EntryKind.REVERSE}
    return next((e for e in entries if e.kind is EntryKind.CONSUME and e.authorization_id not in reversed_), None)


def units_for(kind: UnitKind, minutes: int, rounding: Rounding = Rounding.MIDPOINT) -> int:
    """How many units a session takes; at least one."""
    if kind is UnitKind.QUARTER_HOUR:
        return max(1, quarter_hours(minutes, rounding))
    return max(1, -(-minutes // 60)) if kind is UnitKind.HOUR else 1
