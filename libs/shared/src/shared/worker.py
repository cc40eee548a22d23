"""What runs beside the requests: relay, consumer, timers, outbound, sealer. In the same process or in another."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import asyncpg

from shared import metrics
from shared.clock import Clock
from shared.consumer import Consumer
from shared.db import Database
from shared.gauges import keep_gauges
from shared.inbox import Inbox, Line, On
from shared.log import logger
from shared.neighbours import Neighbours
from shared.outbound import OutboundLoop, Port
from shared.projections import Project
from shared.relay import Relay
from shared.sealer import Sealer
from shared.settings import ServiceSettings
from shared.timers import Handler as OnTimer
from shared.timers import TimerLoop
from shared.waking import rest

LISTEN_NET = 5.0


@dataclass(frozen=True)
class Work:
    """What a service does without being asked by HTTP."""

    handlers: dict[str, On] = field(default_factory=dict)
    projections: dict[str, Project] = field(default_factory=dict)
    timers: dict[str, OnTimer] = field(default_factory=dict)
    ports: dict[str, Port] = field(default_factory=dict)


class Worker:
    def __init__(
        self,
        settings: ServiceSettings,
        service: str,
        work: Work,
        database: Database,
        relay_database: Database,
        neighbours: Neighbours,
    ) -> None:
        both = handlers_of(work)
        self.relay = Relay(settings, service)
        self.consumer = Consumer(settings, service, Inbox(database, service, both), reporter(neighbours), self.ring)
        self.timers = TimerLoop(database, relay_database, service, work.timers, self.ring)
        self.outbound = OutboundLoop(database, relay_database, service, work.ports, self.ring)
        self.sealer = Sealer(settings, service)
        self.gauges = partial(keep_gauges, relay_database, database.clock)
        self.tasks: list[asyncio.Task[None]] = []

    def ring(self) -> None:
        """Something was committed, or the clock moved: every loop looks."""
        for loop in (self.relay, self.consumer, self.timers, self.outbound):
            loop.wake.set()

    def start(self) -> None:
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "relay": self.relay.run,
            "consumer": self.consumer.run,
            "sweep": self.consumer.sweep,
            "timers": self.timers.run,
            "outbound": self.outbound.run,
            "sealer": self.sealer.run,
            "gauges": self.gauges,
        }
        self.tasks = [asyncio.create_task(kept_up(name, run), name=name) for name, run in loops.items()]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    @property
    def alive(self) -> bool:
        """Every loop runs; one without anything to do (no port, no topic) has ended in peace and counts as well."""
        return all(not task.done() or (not task.cancelled() and task.exception() is None) for task in self.tasks)


def handlers_of(work: Work) -> dict[str, Line]:
    """Handlers and projections in one table; an event handled by both is a mistake that does not start."""
    if twice := work.handlers.keys() & work.projections.keys():
        raise TypeError(f"Both a handler and a projection: {', '.join(sorted(twice))}.")
    return {**work.handlers, **work.projections}


def reporter(neighbours: Neighbours) -> Callable[[str, dict[int, int]], Awaitable[None]]:
    async def report(topic: str, applied: dict[int, int]) -> None:
        await neighbours.post(topic.split(".")[0], "/internal/applied", json={"topic": topic, "applied": applied})

    return report


async def kept_up(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """A loop that fails begins anew; what it did not commit, it does again."""
    while True:
        try:
            await run()
            return
        except Exception as error:
            metrics.LOOPS.labels(name).inc()
            logger.exception("worker.restarted", kind=name, error=type(error).__name__)
            await asyncio.sleep(1)


class Listener:
    """Hears on a connection of its own what other processes of this service did: left work, or moved the clock."""

    def __init__(self, settings: ServiceSettings, service: str, clock: Clock, ring: Callable[[], None]) -> None:
        self.settings, self.service, self.clock, self.ring = settings, service, clock, ring
        self.heard = asyncio.Event()

    async def run(self) -> None:
        while True:
            try:
                await self.listen()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                metrics.LOOPS.labels("listener").inc()
                logger.warning("listener.restarted", error=type(error).__name__)
                await asyncio.sleep(1)

    async def listen(self) -> None:
        """Look at the clock when told, and every few seconds: which shows as well whether the connection lives."""
        name = {"application_name": f"{self.service}-listener"}
        connection = await asyncpg.connect(self.settings.dsn("app"), command_timeout=10, server_settings=name)
        try:
            connection.add_termination_listener(lambda _: self.heard.set())
            await connection.add_listener("outbox", lambda *_: self.ring())
            await connection.add_listener("clock", lambda *_: self.heard.set())
            while True:
                await self.take_clock(connection)
                await rest(self.heard, LISTEN_NET)
        finally:
            connection.terminate()

    async def take_clock(self, connection: Any) -> None:
        """Sandbox mode: take over the clock that another process of this service was set to."""
        ahead = await connection.fetchval("SELECT ahead FROM sandbox_clock")
        if self.settings.sandbox and ahead is not None and ahead > self.clock.offset:
            self.clock.offset = ahead
            self.ring()


class Notifier:
    """Wakes a relay in another process: one coalesced NOTIFY on a connection of its own (decision 10)."""

    def __init__(self, database: Database) -> None:
        self.database, self.told = database, asyncio.Event()

    async def run(self) -> None:
        while True:
            await self.told.wait()
            self.told.clear()
            async with self.database.engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                await driver.execute("NOTIFY outbox")
            await asyncio.sleep(0.005)
