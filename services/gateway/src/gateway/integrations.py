"""What the gateway asks of others: our services, to which it hands requests, and the key sets of partner apps."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aiohttp
from shared import problems
from shared.auth import KEYS_REFRESH, UNKNOWN_KEY, Principal, Verifier
from shared.errors import NotSignedIn, Unavailable
from shared.exits import WITHIN
from shared.outward import Outward
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from gateway.errors import BetweenServicesOnly, NoSuchPath, ServiceAway
from gateway.rules.app_keys import SigningAlg, usable
from gateway.rules.routes import METHODS, carried, returned, service_of

BODY_LIMIT = 1024 * 1024
KEY_SETS = 1000
KEYS_AWAY = "The key set at the registered jwks_uri cannot be read."
REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
PATIENCE = aiohttp.ClientTimeout(total=None, connect=2, sock_connect=2, sock_read=30)
IDLE = 3  # seconds; shorter than uvicorn's keep-alive, else a connection that just closed becomes a false 503


class BodyTooLarge(Exception):
    status, code, title, detail = 413, "too-large", "The body is too large", "A body has at most 1 MiB."


class MethodUnknown(Exception):
    status, code, title, detail = 405, "method-not-allowed", "This address does not take that method", "See /docs."


@dataclass
class Forwarder:
    """The pool of connections to the services. Opened with the application, closed with it."""

    urls: Mapping[str, str] = field(default_factory=dict)
    verifier: Verifier | None = None
    pool: aiohttp.ClientSession | None = field(default=None, repr=False)

    async def open(self, urls: Mapping[str, str], verifier: Verifier) -> None:
        self.urls, self.verifier = urls, verifier
        connector = aiohttp.TCPConnector(limit=512, limit_per_host=128, keepalive_timeout=IDLE)
        self.pool = aiohttp.ClientSession(
            connector=connector,
            timeout=PATIENCE,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            trust_env=False,
        )

    async def close(self) -> None:
        if self.pool is not None:
            await self.pool.close()

    def session(self) -> aiohttp.ClientSession:
        if self.pool is None:
            raise ServiceAway("The gateway is starting.")
        return self.pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, by the service or by a problem. Nothing reaches a service without a good token."""
        headers: list[tuple[bytes, bytes]] = list(scope.get("headers", []))
        request_id = request_id_of(scope, headers)
        sent = Sent(send)
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        try:
            base = self.base_of(scope)
            await self.admit(headers)
            body = await read_body(headers, receive)
            await self.forward(scope, base, with_request_id(headers, request_id), body, sent)
        except Exception as error:  # noqa: BLE001 (the edge of forwarding answers for whatever breaks below it)
            await refuse(error, request_id, scope, receive, sent)

    def base_of(self, scope: Scope) -> str:
        if scope["method"] not in METHODS:
            raise MethodUnknown()
        service = service_of(scope["path"])
        if service is None:
            raise NoSuchPath()
        if service not in self.urls:
            raise ServiceAway()
        return self.urls[service]

    async def admit(self, headers: list[tuple[bytes, bytes]]) -> Principal:
        """The caller of a token that is exactly right; our services' own tokens are refused at this door."""
        if self.verifier is None:
            raise ServiceAway("The gateway is starting.")
        by = await self.verifier.verify(bearer_of(headers))
        if by.client_id.startswith("service:"):
            raise BetweenServicesOnly()
        return by

    async def forward(
        self, scope: Scope, base: str, headers: list[tuple[bytes, bytes]], body: bytes, send: "Sent"
    ) -> None:
        started = time.monotonic()
        outward = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in carried(headers)]
        async with self.session().request(
            scope["method"], target(base, scope), headers=outward, data=body or None, allow_redirects=False
        ) as answer:
            held = await held_answer(answer, started)
            await send(
                {"type": "http.response.start", "status": answer.status, "headers": returned(list(answer.raw_headers))}
            )
            if held is not None:
                await send({"type": "http.response.body", "body": held, "more_body": False})
                return
            async for chunk in answer.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def held_answer(answer: aiohttp.ClientResponse, started: float) -> bytes | None:
    """The whole body of an answer that was permitted for a moment; None where it was not.

    The service counts the moment from when it had the request, we from before we sent it: that is earlier, so that no
    two clocks need agree. Raises ServiceAway for what has lapsed on its way.
    """
    within = answer.headers.get(WITHIN)
    if within is None:
        return None
    body = await answer.read()
    if not within.isdigit() or (time.monotonic() - started) * 1000 >= int(within):
        raise ServiceAway("What was permitted lapsed before it could be sent.")
    return body


@dataclass
class KeySets:
    """Partner apps' public keys at the addresses that they registered, read again when old or when one is missing."""

    outward: Outward
    kept: dict[str, "KeySet"] = field(default_factory=dict)

    async def read(self, address: str, alg: SigningAlg, kid: str) -> dict[str, Any]:
        """The key set; raises Unavailable where it cannot be had."""
        if len(self.kept) > KEY_SETS:
            self.kept.clear()
        kept = self.kept.setdefault(address, KeySet())
        async with kept.lock:
            if kept.is_due(is_known=kid in usable(kept.jwks, alg)):
                kept.asked = time.monotonic()
                kept.jwks = await self.fetch(address)
        return kept.jwks

    async def fetch(self, address: str) -> dict[str, Any]:
        try:
            answer = await self.outward.call("GET", address, headers={"Accept": "application/json"})
            found = json.loads(answer.body) if answer.status == 200 else None
        except (Unavailable, ValueError, RecursionError) as error:
            raise Unavailable(KEYS_AWAY) from error
        if not isinstance(found, dict):
            raise Unavailable(KEYS_AWAY)
        return found


@dataclass
class KeySet:
    jwks: dict[str, Any] = field(default_factory=dict)
    asked: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_due(self, *, is_known: bool) -> bool:
        """Known keys once in five minutes; for one that is not known once a minute, however often it is named."""
        return time.monotonic() - self.asked > (KEYS_REFRESH if is_known else UNKNOWN_KEY)


@dataclass
class Sent:
    """The way back to the caller, remembering whether an answer has begun."""

    send: Send
    begun: bool = False

    async def __call__(self, message: Message) -> None:
        self.begun = True
        await self.send(message)


def bearer_of(headers: list[tuple[bytes, bytes]]) -> str:
    found = [value for name, value in headers if name.lower() == b"authorization"]
    scheme, _, token = found[0].decode("latin-1").partition(" ") if len(found) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn("Send an access token: Authorization: Bearer …")
    return token


def request_id_of(scope: Scope, headers: list[tuple[bytes, bytes]]) -> str:
    """The id that the application gave the request, else the caller's where it is a decent one, else a new one."""
    given = scope.get("state", {}).get("request_id")
    found = next((value.decode("latin-1") for name, value in headers if name.lower() == b"x-request-id"), "")
    return str(given) if given else found if REQUEST_ID.fullmatch(found) else uuid4().hex


def with_request_id(headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    return [
        *((n, v) for n, v in headers if n.lower() != b"x-request-id"),
        (b"x-request-id", request_id.encode("latin-1")),
    ]


def target(base: str, scope: Scope) -> URL:
    """The service's address of the same path and query, byte for byte."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope.get("query_string", b"")
    path = raw.split(b"?", 1)[0].decode("latin-1")
    return URL(f"{base}{path}" + (f"?{query.decode('latin-1')}" if query else ""), encoded=True)


async def read_body(headers: list[tuple[bytes, bytes]], receive: Receive) -> bytes:
    """The whole body; refused as soon as it is known to be longer than the limit."""
    stated = next((value for name, value in headers if name.lower() == b"content-length"), b"0")
    if not stated.isdigit() or int(stated) > BODY_LIMIT:
        raise BodyTooLarge()
    chunks, size = [], 0
    async for chunk in chunks_of(receive):
        size += len(chunk)
        if size > BODY_LIMIT:
            raise BodyTooLarge()
        chunks.append(chunk)
    return b"".join(chunks)


async def chunks_of(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def refuse(error: Exception, request_id: str, scope: Scope, receive: Receive, send: Sent) -> None:
    """Answer with a problem; where an answer has begun, only breaking it off tells the caller that it is not whole."""
    if send.begun:
        raise ConnectionResetError("The service broke off its answer.") from error
    await problem_of(error, request_id)(scope, receive, send)


def problem_of(error: Exception, request_id: str) -> Response:
    """The refusal that the caller reads; a service that cannot be reached is a 503 that says when to come again."""
    if isinstance(error, BodyTooLarge | MethodUnknown):
        return problems.problem(error.status, error.code, error.title, error.detail, request_id)
    away = isinstance(error, aiohttp.ClientError | TimeoutError | OSError)
    return problems.answer(ServiceAway() if away else error, request_id)
