"""The front of the gateway, before any route: pages of registered origins only, and nobody more often than agreed.

Nothing here asks the database while a request waits: `keep_up` reads every few seconds which replicas live (each takes
its part of every quota) and which origins are registered.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared import problems
from shared.auth import Principal
from shared.db import PLATFORM, uuid7
from shared.errors import AppError
from shared.rates import Buckets, Rates, Standing, fields, wait
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import queries
from gateway.integrations import bearer_of
from gateway.rules.origins import Origins, preflight, readable
from gateway.rules.rates import counted

FRESH = 5.0
COUNTED = ("/v1/", "/fhir/", "/hsds/")
UNCOUNTED = "/v1/sandbox/"
Headers = list[tuple[bytes, bytes]]


@dataclass
class Front:
    """What the front knows. One of a process, made before the application starts."""

    rates: Rates
    buckets: Buckets = field(default_factory=Buckets)
    origins: Origins = field(default_factory=Origins)
    replica: UUID = field(default_factory=uuid7)

    async def look(self, database: Any) -> None:
        """Say that this replica lives; take its part; read the origins. In a transaction of the installation."""
        async with database.transaction(Principal.system("gateway", agency_id=PLATFORM)) as tx:
            live = await queries.count_replicas(tx, self.replica)
            self.origins = Origins(await queries.read_origins(tx))
        self.buckets.share = 1 / live

    async def keep_up(self, database: Any) -> None:
        while True:
            await asyncio.sleep(FRESH)
            await self.look(database)


class FrontDoor:
    """The ASGI application around all others. `app.state` has the front and, once it has started, the verifier."""

    def __init__(self, app: ASGIApp, state: Any) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: Headers = scope["headers"]
        origin = value_of(headers, b"origin")
        if scope["method"] == "OPTIONS" and origin and value_of(headers, b"access-control-request-method"):
            await self.invite(origin, scope["state"]["request_id"])(scope, receive, with_headers(send, []))
            return
        by = await self.caller(scope)
        goes_on, standings = self.count(by)
        shown = [*(fields(standings) if standings else []), *self.shown_to(origin, by)]
        answering = self.app if goes_on else too_many(standings, scope["state"]["request_id"])
        await answering(scope, receive, with_headers(send, shown))

    def invite(self, origin: str, request_id: str) -> Response:
        """The answer to a preflight: what a page of a registered origin may send, else a refusal."""
        if not self.state.front.origins.allows(origin, None):
            title, detail = "No app registered this origin", "Register the page's origin with the partner app."
            return problems.problem(403, "origin-unknown", title, detail, request_id)
        return Response(status_code=204, headers={n.decode(): v.decode() for n, v in preflight(origin)})

    async def caller(self, scope: Scope) -> Principal | None:
        """Who calls, where that is known; whoever refuses him says so, not we."""
        try:
            return await self.known(bearer_of(scope["headers"])) if counts(scope["path"]) else None
        except AppError:
            return None

    async def known(self, token: str) -> Principal:
        by: Principal = await self.state.verifier.verify(token)
        return by

    def count(self, by: Principal | None) -> tuple[bool, tuple[Standing, ...]]:
        if by is None:
            return True, ()
        front: Front = self.state.front
        keys = counted(by.id, by.agency_id, by.roles, by.clinics)
        wanted = [(front.rates.quota(name, str(by.agency_id)), key) for name, key in keys]
        return front.buckets.take(wanted, time.monotonic())

    def shown_to(self, origin: str, by: Principal | None) -> Headers:
        """The permission to read the answer, for a page of the caller's own app."""
        allowed = origin and self.state.front.origins.allows(origin, by.client_id if by else None)
        return readable(origin) if allowed else []


def counts(path: str) -> bool:
    return path.startswith(COUNTED) and not path.startswith(UNCOUNTED)


def value_of(headers: Headers, name: bytes) -> str:
    """The value of a header that was sent once; empty without, or with more."""
    found = [value for known, value in headers if known == name]
    return found[0].decode("latin-1") if len(found) == 1 else ""


def too_many(standings: tuple[Standing, ...], request_id: str) -> Response:
    seconds = wait(standings)
    full = ", ".join(standing.quota.name for standing in standings if standing.left < 1)
    detail = f"The quota of this {full} is used up: try again in {seconds} s."
    answer = problems.problem(429, "too-many", "Too many requests", detail, request_id)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def with_headers(send: Send, more: Headers) -> Send:
    """Adds to an answer; it may differ by origin, whatever is answered."""

    async def complete(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *more, (b"vary", b"Origin")]
        await send(message)

    return complete
