"""The trail of a client's events: each with the effects that it had elsewhere. Sandbox only. Version 2026-11-23."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Effect:
    """What an event did in a service, and how many milliseconds after the event was committed."""

    service: str
    at: datetime
    ms: float


@dataclass(frozen=True)
class Told:
    event_id: UUID
    event: str
    service: str
    aggregate_id: UUID
    sequence: int
    at: datetime
    effects: tuple[Effect, ...]


def join(reports: Mapping[str, Mapping[str, Any]]) -> tuple[Told, ...]:
    """Events of all services by the time of their commit, each with its effects by theirs."""
    done = [(service, effect) for service, report in reports.items() for effect in report["effects"]]
    told = [told_of(service, event, done) for service, report in reports.items() for event in report["events"]]
    return tuple(sorted(told, key=lambda one: (one.at, one.service, one.sequence)))


def told_of(service: str, event: Mapping[str, Any], done: list[tuple[str, Mapping[str, Any]]]) -> Told:
    at = datetime.fromisoformat(event["committed_at"])
    own = [effect_of(where, found, at) for where, found in done if found["event_id"] == event["event_id"]]
    effects = tuple(sorted(own, key=lambda effect: effect.at))
    ids = UUID(event["event_id"]), UUID(event["aggregate_id"])
    return Told(ids[0], event["type"], service, ids[1], event["sequence"], at, effects)


def effect_of(service: str, found: Mapping[str, Any], told_at: datetime) -> Effect:
    at = datetime.fromisoformat(found["applied_at"])
    return Effect(service, at, round((at - told_at).total_seconds() * 1000, 3))
