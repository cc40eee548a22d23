"""Kill after kill under load: each process is armed with a fault point by chance, or dies at a moment by chance."""

import asyncio
import contextlib
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from check import Findings, delays_after, drained, examine
from load import ALSO, Load
from stack import Process, Stack

MOMENT = "moment"
POINTS = {
    "api": ("edge.written", "edge.committed", MOMENT),
    "worker": ("relay.sequenced", "relay.acked", "timer.applied", "outbound.leased", "outbound.sent", MOMENT),
    "eater": ("consumer.applied", "consumer.committed", "relay.sequenced", "relay.acked", MOMENT),
}
OFTEN = {"edge": 25, "relay": 8, "timer": 3, "outbound": 3, "consumer": 6}
"""A point strikes at its first to nth time."""
LONGEST = {"api": 6.0, "worker": 8.0, "eater": 10.0}
"""Seconds until a process that did not come to its point is killed all the same."""
MOMENTS = {"api": 1.5, "worker": 1.0, "eater": 1.5}
"""One that dies at a moment dies within so many seconds after it began to listen, or earlier."""


def kind_of(role: str) -> str:
    return role.split("_", 1)[0]


@dataclass
class Storm:
    """`kills` over all roles, each role on its own; the shares of roles follow from how quickly each dies."""

    stack: Stack
    agency: UUID
    seed: int
    kills: int
    points: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(POINTS))
    also: tuple[str, ...] = ALSO
    say: Callable[[str], None] = print
    counted: Counter[str] = field(default_factory=Counter)
    unplanned: Counter[str] = field(default_factory=Counter)
    moments: list[float] = field(default_factory=list)

    async def run(self, load: Load) -> None:
        roles = [role for role in ("api", "worker", *self.stack.eaters) if kind_of(role) in self.points]
        await self.stack.ensure(*{"api", "worker", *self.stack.eaters} - set(roles))
        teller = asyncio.create_task(self.tell(load))
        try:
            await asyncio.gather(*(self.torment(role) for role in roles))
        finally:
            teller.cancel()
        await self.stack.ensure("api", "worker", *self.stack.eaters)

    @property
    def done(self) -> bool:
        return self.counted.total() >= self.kills

    async def torment(self, role: str) -> None:
        chance = random.Random(f"{self.seed}:{role}")
        kind = kind_of(role)
        while not self.done:
            point = chance.choice(self.points[kind])
            armed = "" if point == MOMENT else f"{point}:{chance.randint(1, OFTEN[point.split('.')[0]])}:kill"
            if (old := self.stack.running.get(role)) and old.alive:
                await old.kill()
            child = await self.stack.run(role, armed)
            patience = LONGEST[kind]
            if point == MOMENT:
                patience = chance.uniform(0, MOMENTS[kind])
                if chance.random() < 0.8:
                    await self.is_listening(child, role)
            await self.wait_for_death(child, role, point, patience)

    async def is_listening(self, child: Process, role: str) -> None:
        with contextlib.suppress(TimeoutError):
            await self.stack.is_up(self.stack.ports[role], 5)

    async def wait_for_death(self, child: Process, role: str, point: str, patience: float) -> None:
        kind = kind_of(role)
        deadline = time.monotonic() + patience
        while child.alive and time.monotonic() < deadline and not self.done:
            await asyncio.wait({child.ended}, timeout=0.1)
        if child.alive:
            if self.done:
                return
            await child.kill()
            self.counted[f"{kind} at a moment"] += 1
        elif child.ended.result() == -9:
            self.counted[f"{kind} at {point}"] += 1
        else:
            self.unplanned[f"{kind} ended with {child.ended.result()}"] += 1
            await asyncio.sleep(0.2)
        self.moments.append(time.time())

    async def tell(self, load: Load) -> None:
        began = time.monotonic()
        while True:
            await asyncio.sleep(10)
            self.say(
                f"{self.counted.total()} of {self.kills} kills, {len(load.acknowledged)} acknowledged, "
                f"{time.monotonic() - began:.0f} s"
            )


@dataclass
class Weather:
    """What a storm left behind."""

    seed: int
    kills: int
    per_point: dict[str, int]
    ended_by_themselves: dict[str, int]
    seconds: float
    drain_seconds: float
    recovery_ms: dict[str, float]
    refused: dict[str, int]
    faxes: dict[str, int]
    findings: Findings


async def weathered(
    stack: Stack, agency: UUID, storm: Storm, *, clients: int = 6, pause: float = 0.05, patience: float = 120
) -> Weather:
    """Load, storm, calm, check."""
    print(f"TRELLIS_SEED={storm.seed}")
    began = time.monotonic()
    await stack.ensure("api")
    async with Load(stack, agency, clients, pause, storm.seed, storm.also) as load:
        await storm.run(load)
    spent = time.monotonic() - began
    drain = await drained(stack, agency, patience)
    findings = await examine(stack, agency, load.ledger)
    delays = await delays_after(stack, agency, storm.moments) or [0.0]
    bakery = await stack.database("bakery")
    ids = [str(row[0]) for row in await bakery.fetch("SELECT id FROM outbound WHERE agency_id = $1", agency)]
    return Weather(
        storm.seed, storm.counted.total(), dict(sorted(storm.counted.items())), dict(storm.unplanned),
        round(spent, 1), round(drain, 1), {"p50": round(statistics.median(delays)), "max": round(max(delays))},
        dict(load.failures),
        {"identifiers": len(ids), "received": sum(stack.office.received[one] for one in ids)},
        findings,
    )  # fmt: skip
