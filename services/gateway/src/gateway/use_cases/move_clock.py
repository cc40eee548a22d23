import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

from gateway.errors import NotQuiet, ServiceAway, TimeRefused
from gateway.neighbours import Services
from gateway.rules.durations import duration
from gateway.rules.quiet import Progress, lagging, next_step, working
from gateway.schemas.sandbox import ClockMove, ClockOut

POLL = 0.05  # seconds between two looks
PATIENCE = 120.0  # seconds for one step to come to rest
GRACE = 10.0  # seconds without any movement after which work in hand counts as stuck
AWAY = 15.0  # seconds for which a service that starts again is waited for

Stuck = Mapping[str, int]


async def move_clock(services: Services, move: ClockMove) -> ClockOut:
    """Forward from due time to due time, each time until all is quiet, so that what follows from one meets the next.

    It goes from the service that is furthest behind: where an earlier move was cut short, this one completes it.
    """
    clocks = await read_clocks(services)
    target, now = target_of(move, max(clocks)), min(clocks)
    steps = fired = 0
    reports, stuck = await settle(services, {}, [])
    while now < target:
        due = [report.next_due_at for report in reports if report.next_due_at and report.next_due_at > now]
        now = next_step(due, target, now)
        reports, stuck = await settle(services, stuck, await look(services, partial(moved, services, now)))
        steps, fired = steps + 1, fired + (now in due)
    return ClockOut(now=now, steps=steps, fired=fired, stuck=tuple(sorted(stuck)))


async def read_clock(services: Services) -> datetime:
    """The latest business time among the services."""
    return max(await read_clocks(services))


async def read_clocks(services: Services) -> list[datetime]:
    clocks = await from_each(services, services.clock)
    return [datetime.fromisoformat(clock["now"]) for clock in clocks.values()]


async def from_each(services: Services, ask: Callable[[str], Awaitable[Any]]) -> dict[str, Any]:
    """Every service's answer; one that is away for a moment is asked again."""

    async def patiently(name: str) -> Any:
        until = monotonic() + AWAY
        while True:
            try:
                return await ask(name)
            except ServiceAway:
                if monotonic() > until:
                    raise
                await asyncio.sleep(POLL)

    return await services.each(patiently)


def target_of(move: ClockMove, now: datetime) -> datetime:
    """Where to go. Raises TimeRefused unless exactly one of `advance` and `to` is given, and ahead of now."""
    if (move.advance is None) == (move.to is None):
        raise TimeRefused("Give either advance or to.", pointer="/advance")
    ahead = duration(move.advance or "P0D")
    if move.advance is not None and ahead is None:
        raise TimeRefused("Not an ISO 8601 duration of weeks, days, hours, minutes, seconds.", pointer="/advance")
    target = move.to if move.to is not None else now + ahead if ahead is not None else now
    if target.tzinfo is None or target < now:
        raise TimeRefused("The clock moves forward only, to a time with its offset.", pointer="/to")
    return target


def moved(services: Services, now: datetime, name: str) -> Awaitable[Any]:
    return services.move_clock(name, now.isoformat())


async def settle(services: Services, stuck: Stuck, before: list[Progress]) -> tuple[list[Progress], Stuck]:
    """Wait until two looks in a row show rest; `before` is the first of them. Work that does not move for a while is
    told as stuck and passed by."""
    started = unmoved_since = monotonic()
    while monotonic() - started < PATIENCE:
        reports = await look(services, services.progress)
        unmoved_since = unmoved_since if reports == before else monotonic()
        late, at_work = lagging(reports), working(reports, stuck)
        if reports == before and not late and not at_work:
            left = {r.service: stuck.get(r.service, 0) for r in reports if r.stuck or (r.busy and r.service in stuck)}
            return reports, left
        if not late and monotonic() - unmoved_since > GRACE:
            return reports, {report.service: report.busy for report in reports if report.busy}
        before = reports
        await asyncio.sleep(POLL)
    raise NotQuiet(f"Still at work: {', '.join(sorted(late | at_work))}.")


async def look(services: Services, ask: Callable[[str], Awaitable[Any]]) -> list[Progress]:
    """What each reports just now: asked for it, or in the answer to a move of its clock."""
    return [progress_of(name, found) for name, found in (await from_each(services, ask)).items()]


def progress_of(name: str, found: Mapping[str, Any]) -> Progress:
    due = found.get("next_due_at")
    return Progress(
        name,
        found["heads"],
        found["applied"],
        found["busy"],
        found.get("stuck", 0),
        datetime.fromisoformat(due) if due else None,
    )
