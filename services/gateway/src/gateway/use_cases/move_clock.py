import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import Any

from gateway.errors import NotQuiet, ServiceAway, TimeRefused
from gateway.neighbours import Services
from gateway.rules.durations import duration
from gateway.rules.quiet import Progress, lagging, next_step, working
from gateway.schemas import ClockMove, ClockOut

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
    stuck = await settle(services, {})
    while now < target:
        due = [at for at in await due_times(services) if at > now]
        now = next_step(due, target, now)
        await from_each(services, lambda name, at=now: services.move_clock(name, at.isoformat()))  # type: ignore[misc]
        steps, fired = steps + 1, fired + (now in due)
        stuck = await settle(services, stuck)
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


async def due_times(services: Services) -> list[datetime]:
    clocks = await from_each(services, services.clock)
    return [datetime.fromisoformat(clock["next_due_at"]) for clock in clocks.values() if clock.get("next_due_at")]


async def settle(services: Services, stuck: Stuck) -> Stuck:
    """Wait until two looks in a row show rest. Work that does not move for a while is told as stuck and passed by."""
    started = unmoved_since = monotonic()
    before: list[Progress] = []
    while monotonic() - started < PATIENCE:
        reports = progress_of(await from_each(services, services.progress))
        unmoved_since = unmoved_since if reports == before else monotonic()
        late, at_work = lagging(reports), working(reports, stuck)
        if reports == before and not late and not at_work:
            return {r.service: stuck.get(r.service, 0) for r in reports if r.stuck or (r.busy and r.service in stuck)}
        if not late and monotonic() - unmoved_since > GRACE:
            return {report.service: report.busy for report in reports if report.busy}
        before = reports
        await asyncio.sleep(POLL)
    raise NotQuiet(f"Still at work: {', '.join(sorted(late | at_work))}.")


def progress_of(reports: dict[str, dict[str, Any]]) -> list[Progress]:
    return [
        Progress(name, found["heads"], found["applied"], found["busy"], found.get("stuck", 0))
        for name, found in reports.items()
    ]
