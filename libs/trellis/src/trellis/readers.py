"""A partner's app that reads about one client at every service, once or as a hundred readers, and what it is told."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from trellis.layout import OFFSETS

READS = {
    "intake": "/v1/clients/{client}",
    "clinical-records": "/v1/plans?client_id={client}",
    "scheduling": "/v1/appointments?client_id={client}",
    "referrals": "/v1/needs?client_id={client}",
    "authorizations": "/v1/coverages?client_id={client}",
}
"""One exit of each service that holds clients' data."""
SCOPES = ("appointments:read", "clients:read", "coverages:read", "plans:read", "referrals:read")
CLASSES = ("demographics", "plan", "schedule", "needs", "billing")
READERS = 100
REST = 2.0  # seconds between two readings of one reader
BEFORE, AFTER = 8.0, 5.0  # seconds that the readers run before the act and after it
TIMEOUT = httpx.Timeout(60)
LOST = 0


@dataclass(frozen=True)
class Seen:
    """One answer: when it was asked for and came, by the monotonic clock of this process. LOST: no answer."""

    service: str
    asked: float
    came: float
    status: int


@dataclass
class Run:
    """What a hundred readers were answered around one act, from `asked` to `acknowledged`."""

    seen: list[Seen] = field(default_factory=list)
    asked: float = 0.0
    acknowledged: float = 0.0
    act: Any = None

    @property
    def late(self) -> list[Seen]:
        """What was disclosed after the acknowledgement: none is right."""
        return [one for one in self.seen if one.status == 200 and one.came > self.acknowledged]

    @property
    def in_flight(self) -> list[Seen]:
        """Asked for before the acknowledgement, answered after it."""
        return [one for one in self.seen if one.asked < self.acknowledged < one.came]

    def count(self, service: str, status: int) -> int:
        return sum(one.service == service and one.status == status for one in self.seen)

    def was_told_before(self, service: str) -> bool:
        return any(one.service == service and one.status == 200 and one.came < self.asked for one in self.seen)

    def refusal_ms(self, service: str) -> float | None:
        """From the sending of the act to the first refusal there."""
        after = [
            one.came for one in self.seen if one.service == service and one.status == 403 and one.came > self.asked
        ]
        return 1000 * (min(after) - self.asked) if after else None

    def spare_ms(self, service: str) -> float:
        """From the last disclosure there to the acknowledgement."""
        last = max((one.came for one in self.seen if one.service == service and one.status == 200), default=0.0)
        return 1000 * (self.acknowledged - last)

    def lines(self) -> list[str]:
        """The figures, a line for each service."""
        counts = Counter(one.status for one in self.seen)
        statuses = ", ".join(f"{number} × {status or 'connection lost'}" for status, number in sorted(counts.items()))
        spent = 1000 * (self.acknowledged - self.asked)
        shown = [f"{READERS} readers, {len(self.seen)} answers ({statuses}); acknowledged after {spent:.0f} ms"]
        for service in READS:
            refused = self.refusal_ms(service)
            first = f"{refused:.0f} ms" if refused is not None else "never"
            shown.append(
                f"{service}: first refusal after {first}, last disclosure {self.spare_ms(service):.0f} ms "
                "before the acknowledgement"
            )
        shown.append(f"in flight at the acknowledgement: {len(self.in_flight)}, disclosed after it: {len(self.late)}")
        return shown


@dataclass
class Reader:
    """A partner's app with a token, and the client of whom it asks."""

    url: str
    client: str
    headers: Mapping[str, str]

    def addresses(self, service: str) -> tuple[str, str]:
        """Through the gateway, and round it to the service itself."""
        parts, path = urlsplit(self.url), READS[service].format(client=self.client)
        return self.url + path, f"{parts.scheme}://{parts.hostname}:{(parts.port or 80) + OFFSETS[service]}{path}"

    def read(self, service: str) -> list[httpx.Response]:
        with httpx.Client(timeout=TIMEOUT, headers=dict(self.headers)) as http:
            return [http.get(address) for address in self.addresses(service)]

    def statuses(self, *without: str) -> dict[str, list[int]]:
        """What each service answers, both ways."""
        return {name: [one.status_code for one in self.read(name)] for name in READS if name not in without}

    def bodies(self) -> set[str]:
        """All that is said by answers of every service, without the id of the request."""
        return {str(one.json() | {"instance": ""}) for name in READS for one in self.read(name)}

    async def crowd(self, act: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Run:
        """A hundred read on and on, at every service by both ways; amid them the act is done once."""
        run, ending = Run(), asyncio.Event()
        limits = httpx.Limits(max_connections=3 * READERS)
        async with httpx.AsyncClient(timeout=TIMEOUT, limits=limits) as http:
            readers = [asyncio.create_task(self.read_on(http, number, run, ending)) for number in range(READERS)]
            await asyncio.sleep(BEFORE)
            run.asked = time.monotonic()
            run.act = await act(http)
            run.acknowledged = time.monotonic()
            await asyncio.sleep(AFTER)
            ending.set()
            await asyncio.gather(*readers)
        return run

    async def read_on(self, http: httpx.AsyncClient, number: int, run: Run, ending: asyncio.Event) -> None:
        service = list(READS)[number % len(READS)]
        address = self.addresses(service)[number // len(READS) % 2]
        await asyncio.sleep(REST * number / READERS)
        while not ending.is_set():
            asked = time.monotonic()
            status = await self.status_of(http, address)
            run.seen.append(Seen(service, asked, time.monotonic(), status))
            await asyncio.sleep(REST)

    async def status_of(self, http: httpx.AsyncClient, address: str) -> int:
        """A lost connection discloses nothing and the reader asks again: services may be too busy to keep it."""
        try:
            return (await http.get(address, headers=dict(self.headers))).status_code
        except httpx.TransportError:
            return LOST
