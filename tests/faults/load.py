"""Writes through the API with Idempotency-Keys, repeats until answered, and keeps a ledger of what was acknowledged."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4

import aiohttp
from stack import Stack

ALSO = ("nothing", "nothing", "praise", "timer", "fax")
NO_FAX = ALSO[:-1]
"""Where no fax is sent nobody waits for the lease of one that died while sending (30 s)."""
RENEW = 240.0


@dataclass
class Command:
    key: str
    loaf: UUID
    client: UUID
    also: str
    tries: int = 0
    acknowledged_at: float = 0.0
    bite: UUID | None = None


@dataclass
class Load:
    """`clients` callers, each with one command in flight; loaves are few, so that they meet at them."""

    stack: Stack
    agency: UUID
    clients: int = 6
    pause: float = 0.05
    seed: int = 0
    also: tuple[str, ...] = ALSO
    loaves: int = 12
    ledger: list[Command] = field(default_factory=list, repr=False)
    failures: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    stopping: bool = False
    tasks: list[asyncio.Task[None]] = field(default_factory=list, repr=False)
    token: tuple[float, str] = (0.0, "")

    async def __aenter__(self) -> "Load":
        self.http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        self.caller = uuid4()
        places = [(uuid4(), uuid4()) for _ in range(self.loaves)]
        self.tasks = [asyncio.create_task(self.client(n, places)) for n in range(self.clients)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Let each have its answer: what stays without one after that is an error of the test."""
        self.stopping = True
        try:
            if kind is None:
                await asyncio.wait_for(asyncio.gather(*self.tasks), 90)
        finally:
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)
            await self.http.close()

    @property
    def acknowledged(self) -> list[Command]:
        return [command for command in self.ledger if command.bite]

    async def client(self, number: int, places: list[tuple[UUID, UUID]]) -> None:
        chance = random.Random(self.seed * 1000 + number)
        while not self.stopping:
            loaf, client = chance.choice(places)
            command = Command(str(uuid4()), loaf, client, chance.choice(self.also))
            self.ledger.append(command)
            while not await self.answered(command):
                await asyncio.sleep(0.05)
            await asyncio.sleep(chance.uniform(0, 2 * self.pause))

    async def answered(self, command: Command) -> bool:
        """One try. A failure is counted by what was seen, and repeated under the same key."""
        command.tries += 1
        began = time.monotonic()
        try:
            status, body = await self.post(command)
        except (aiohttp.ClientError, TimeoutError) as error:
            self.failures[type(error).__name__] += 1
            return False
        finally:
            self.slowest = max(self.slowest, time.monotonic() - began)
        if status != 201:
            self.failures[str(status)] += 1
            return False
        command.bite, command.acknowledged_at = UUID(body["id"]), time.time()
        return True

    async def post(self, command: Command) -> tuple[int, Any]:
        said = {"client_id": str(command.client), "also": command.also}
        headers = {"Authorization": f"Bearer {self.bearer()}", "Idempotency-Key": command.key}
        url = f"{self.stack.url}/v1/loaves/{command.loaf}/bites"
        async with self.http.post(url, json=said, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    def bearer(self) -> str:
        if self.token[0] < time.monotonic():
            token = self.stack.office.token("loaves:write", agency=self.agency, sub=self.caller)
            self.token = (time.monotonic() + RENEW, token)
        return self.token[1]

    async def until(self, count: int, patience: float = 120) -> None:
        """Wait until this many were acknowledged."""
        deadline = time.monotonic() + patience
        while len(self.acknowledged) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.acknowledged)} of {count} acknowledged; failures {dict(self.failures)}.")
            await asyncio.sleep(0.05)
