"""The life of a signing key: published, signing, only verifying. Source: RFC 7517, quality B3. Version 2026-11-23.

A key signs when every verifier has it: the longest cache age after it was published. One that no longer signs stays
published for as long as a token of its can live.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class KeyStatus(StrEnum):
    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


NEXT: dict[KeyStatus, frozenset[KeyStatus]] = {
    KeyStatus.NEXT: frozenset({KeyStatus.ACTIVE}),
    KeyStatus.ACTIVE: frozenset({KeyStatus.RETIRED}),
    KeyStatus.RETIRED: frozenset(),
}
FETCH = timedelta(seconds=5)  # as long as a verifier's attempt may take
TOKEN_LIFE = timedelta(seconds=600 + 30)  # and what clocks may differ


class Published(Protocol):
    """What decides whether a key stands in the key set."""

    @property
    def status(self) -> KeyStatus: ...
    @property
    def retired_at(self) -> datetime | None: ...


def signs_from(published: datetime, cache_seconds: float) -> datetime:
    """When every verifier has a key that is published now: its own cache, a shared one before it, a late attempt."""
    return published + 2 * timedelta(seconds=cache_seconds) + FETCH


def is_published(key: Published, now: datetime) -> bool:
    return key.retired_at is None or now < key.retired_at + TOKEN_LIFE
