"""When the platform is quiet: nobody works, and everybody has applied all that was told. Source: decision 16.

Version 2026-11-23. Only the sandbox clock asks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

Positions = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Progress:
    """What one service reports: last position it told and applied, per topic and partition, its work in hand, how much
    of it fails again and again and is not waited for, and when its next timer is due."""

    service: str
    heads: Positions
    applied: Positions
    busy: int
    stuck: int = 0
    next_due_at: datetime | None = None


def lagging(reports: Iterable[Progress]) -> frozenset[str]:
    """The services that have not applied all that was told."""
    known = tuple(reports)
    heads = {(topic, part): at for r in known for topic, parts in r.heads.items() for part, at in parts.items()}
    return frozenset(r.service for r in known if behind(r.applied, heads))


def working(reports: Iterable[Progress], stuck: Mapping[str, int]) -> frozenset[str]:
    """The services with more work in hand than what is known to be stuck there."""
    return frozenset(r.service for r in reports if r.busy > stuck.get(r.service, 0))


def behind(applied: Positions, heads: Mapping[tuple[str, str], int]) -> bool:
    """True when a topic that is listened to has a head beyond what was applied."""
    return any(applied[topic].get(part, 0) < at for (topic, part), at in heads.items() if topic in applied)


def next_step(due: Iterable[datetime | None], target: datetime, now: datetime) -> datetime:
    """The next time to stop at: the earliest due time up to the target, else the target; never before now."""
    soonest = min((at for at in due if at is not None and at <= target), default=target)
    return max(soonest, now)
