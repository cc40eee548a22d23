"""Our other services as the gateway itself asks them: documents, readiness, clock, progress, what was told and done."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp

from gateway.errors import ServiceAway

Json = dict[str, Any]
PATIENCE = aiohttp.ClientTimeout(total=10, connect=2)
TOKEN_KEPT = 300  # seconds; half of a token's life


@dataclass
class Services:
    """Every service by name, the gateway included. `issue` gives a fresh token of ours, for an agency or for none."""

    urls: Mapping[str, str]
    session: Callable[[], aiohttp.ClientSession]
    issue: Callable[[UUID | None], str]
    tokens: dict[UUID | None, tuple[float, str]] = field(default_factory=dict, repr=False)

    async def document(self, name: str) -> Json:
        """The OpenAPI document of one service. Raises ServiceAway."""
        return await self.ask("GET", name, "/openapi.json", {})

    async def readiness(self, name: str) -> tuple[bool, str]:
        """Whether the service is ready, and in a word why not."""
        try:
            async with self.session().get(f"{self.urls[name]}/health/ready", timeout=PATIENCE) as answer:
                return answer.status == 200, "ready" if answer.status == 200 else "not ready"
        except (aiohttp.ClientError, TimeoutError):
            return False, "away"

    async def clock(self, name: str) -> Json:
        return await self.ask("GET", name, "/internal/clock", self.signed())

    async def move_clock(self, name: str, now: str) -> Json:
        headers = {**self.signed(), "Content-Type": "application/json"}
        return await self.ask("POST", name, "/internal/clock", headers, json={"now": now})

    async def progress(self, name: str) -> Json:
        return await self.ask("GET", name, "/internal/progress", self.signed())

    async def trail(self, name: str, agency: UUID, client_id: UUID) -> Json:
        """What the service told about a client, and which events of others took effect there."""
        return await self.ask("GET", name, "/internal/trail", self.signed(agency), params={"client_id": str(client_id)})

    async def sight(self, name: str, agency: UUID, asked: Json) -> Json:
        """Whether the service shows a client's rows to a subject, and what relates the two."""
        headers = {**self.signed(agency), "Content-Type": "application/json"}
        return await self.ask("POST", name, "/internal/sight", headers, json=asked)

    async def audit(
        self, name: str, agency: UUID, client_id: UUID, since: str, until: str, after: int, limit: int
    ) -> list[Json]:
        """A page of what was done there about a client, in the order of ids there."""
        asked = {"client_id": str(client_id), "since": since, "until": until, "after": str(after), "limit": str(limit)}
        found: Any = await self.ask("GET", name, "/internal/audit", self.signed(agency), params=asked)
        return list(found)

    async def each(self, ask: Callable[[str], Awaitable[Any]]) -> dict[str, Any]:
        """Ask all services at once; the answers by name."""
        return dict(zip(self.urls, await asyncio.gather(*(ask(name) for name in self.urls)), strict=True))

    def signed(self, agency: UUID | None = None) -> dict[str, str]:
        if agency not in self.tokens or self.tokens[agency][0] < time.monotonic():
            self.tokens[agency] = (time.monotonic() + TOKEN_KEPT, self.issue(agency))
        return {"Authorization": f"Bearer {self.tokens[agency][1]}"}

    async def ask(self, method: str, name: str, path: str, headers: Mapping[str, str], **more: Any) -> Json:
        try:
            async with self.session().request(
                method, f"{self.urls[name]}{path}", headers=headers, timeout=PATIENCE, **more
            ) as answer:
                answer.raise_for_status()
                found: Json = await answer.json()
                return found
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise ServiceAway(f"The service {name} does not answer just now.") from error
