"""Which consents stand at a moment.

Source: domain specification 2.5 and 2.6 (Part 2 needs its own), version 2026-11.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

PART2_TPO = "part2_tpo"


class Kept(Protocol):
    type: str
    effective_from: datetime
    expires_at: datetime | None
    ended_at: datetime | None


def in_force(consent: Kept, at: datetime) -> bool:
    ends = [moment for moment in (consent.expires_at, consent.ended_at) if moment is not None]
    return consent.effective_from <= at and all(at < moment for moment in ends)


def active_types(consents: Iterable[Kept], at: datetime) -> frozenset[str]:
    return frozenset(consent.type for consent in consents if in_force(consent, at))


def ended_types(consents: Iterable[Kept], at: datetime) -> frozenset[str]:
    """Types that were given once and stand no more."""
    kept = list(consents)
    return frozenset(consent.type for consent in kept if consent.effective_from <= at) - active_types(kept, at)
