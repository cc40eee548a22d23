"""The edge of a request: scope, key, transaction, use case, COMMIT, and only then the answer (decision 18)."""

import asyncio
import functools
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Annotated, Any, ClassVar
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared import exits, faults, glass, idempotency, metrics, problems
from shared.auth import Principal, Requires, bearer, for_purpose
from shared.db import Database, Transaction
from shared.errors import (
    AppError,
    KeyMissing,
    ScopeMissing,
    Unavailable,
    UnknownFilter,
    VersionMissing,
    WrongMediaType,
)
from shared.exits import Exit, Reading
from shared.idempotency import IdempotencyKey
from shared.limits import json_of
from shared.log import logger
from shared.pagination import Page

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
NEEDS_KEY: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "maxLength": 200},
            "description": "The same key with the same request gives the same answer and no second effect (24 h).",
        }
    ]
}
BETWEEN_SERVICES = "internal"
JSON_TYPES = ("application/json", "application/merge-patch+json")


async def transaction_of(request: Request) -> Transaction:
    tx: Transaction = request.state.tx
    return tx


Tx = Annotated[Transaction, Depends(transaction_of)]


class EdgeRoute(APIRoute):
    """The route class of every route that needs a caller. Router functions stay plain; `operation_id` is their name.

    A router whose routes return a client's data says so: `route_class=leaving(DataClass.PLAN)`.
    """

    exit: ClassVar[Exit | None] = None

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        options["operation_id"] = options.get("operation_id") or endpoint.__name__
        options["responses"] = {**PROBLEMS, **(options.get("responses") or {})}
        self.needs_key = options.get("openapi_extra") is NEEDS_KEY
        super().__init__(path, remembering(endpoint), **options)
        self.openapi_extra = {**(self.openapi_extra or {}), "security": [{"oauth2": [scope_of(self.dependant)]}]}
        if self.exit is not None:
            self.openapi_extra["x-exit"] = {"kind": self.exit.kind, "data_classes": list(self.exit.classes)}

    def get_route_handler(self) -> Handler:
        inner, scope = super().get_route_handler(), scope_of(self.dependant)
        known = frozenset(names_of(self.dependant))
        route = f"{min(self.methods or {'GET'})} {self.path_format}"

        async def handle(request: Request) -> Response:
            return await serve(request, Edge(inner, scope, known, self.needs_key, route, self.exit))

        return handle


class Edge:
    """What the edge knows of a route before any request: scope, filters, whether it needs a key, its exit."""

    def __init__(
        self, inner: Handler, scope: str, known: frozenset[str], needs_key: bool, route: str, way: Exit | None
    ) -> None:
        self.inner, self.scope, self.known, self.needs_key, self.route = inner, scope, known, needs_key, route
        self.exit = way


def leaving(*classes: str, class_of: Callable[[Any], str] | None = None) -> type[EdgeRoute]:
    """The route class of routes that return a client's data of these classes (decision 26)."""
    return type("LeavingRoute", (EdgeRoute,), {"exit": exits.exit_of(*classes, class_of=class_of)})


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, text in (
        (401, "No valid token"),
        (403, "The scope is missing"),
        (404, "Unknown, or not for you"),
        (409, "The rules say no, now"),
        (410, "What was sealed is lost: its key was destroyed"),
        (422, "The content is refused"),
        (503, "Try again later"),
    )
}


def remembering(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what the router function returned, for the ETag and the link to the next page."""

    @functools.wraps(endpoint)
    async def call(*args: Any, **kwargs: Any) -> Any:
        result = await endpoint(*args, **kwargs)
        if "tx" in kwargs:
            kwargs["tx"].made_answer = result
        return result

    return call


def flat(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from flat(inner)


def scope_of(dependant: Dependant) -> str:
    """The scope that a route declares through its `by` parameter; a route without one does not start."""
    found = [d.call.scope for d in flat(dependant) if isinstance(d.call, Requires)]
    if len(found) != 1:
        raise TypeError(f"{dependant.call} declares {len(found)} scopes; each route declares exactly one.")
    return found[0]


def names_of(dependant: Dependant) -> Iterator[str]:
    for inner in flat(dependant):
        for found in inner.query_params:
            yield found.alias


async def serve(request: Request, edge: Edge) -> Response:
    """One request. Refusals are audited in a transaction of their own; nothing else of them stays."""
    started, request_id = time.perf_counter(), request.state.request_id
    try:
        response = await answer(request, edge)
    except (AppError, RequestValidationError, HTTPException) as error:
        response = problems.answer(error, request_id)
    except Exception as error:
        response = problems.answer(error, request_id)
        if response.status_code == 500:
            logger.error(
                "request.failed", route=edge.route, error=type(error).__name__, reason=problems.sqlstate(error)
            )
    spent = time.perf_counter() - started
    metrics.REQUESTS.labels(edge.route, str(response.status_code)).observe(spent)
    response.headers["X-Request-Id"] = request_id
    response.headers["Cache-Control"] = "no-store"
    return response


async def answer(request: Request, edge: Edge) -> Response:
    by = within_reach(await request.app.state.verifier.verify(bearer(request)), edge.exit)
    database: Database = request.app.state.database
    more = {"request_id": request.state.request_id, "if_match": request.headers.get("if-match")}
    try:
        by = for_purpose(by, request.headers.get("x-purpose-of-use"))
        key = await admitted(request, edge, by)
        async with database.opened(by, lock=key.lock if key else None, **more) as tx:
            request.state.tx, request.state.by = tx, by
            response, reading = await within(request, edge, tx, key)
        await asyncio.sleep(tx.outlast)
        return await left(request, reading) if reading else response
    except Exception as error:
        if not hasattr(request.state, "tx") and is_refusal(error):
            async with database.transaction(by, **more) as tx:
                refused(tx, edge, error)
        raise


async def admitted(request: Request, edge: Edge, by: Principal) -> IdempotencyKey | None:
    """What is decided before a connection is taken: the scope, the size of the body, the key's form."""
    if edge.scope not in by.scopes:
        raise ScopeMissing(f"This needs the scope {edge.scope}.", scope=edge.scope)
    glass.refuse_changes(request, edge.exit, by)
    if edge.exit is not None:
        exits.refuse_unnamed(request, by, edge.known)
    return IdempotencyKey.of(request, await request.body(), by)


async def within(
    request: Request, edge: Edge, tx: Transaction, key: IdempotencyKey | None
) -> tuple[Response, Reading | None]:
    """The answer, and for a caller from outside what was read, on which the decision is still to be taken."""
    try:
        response = await perform(request, edge, tx, key)
        if glass.is_broken(tx.by):
            response = await glass.look_through(tx, found_by(request, edge, tx, response))
        reading = read(request, edge, tx, response)
        await tx.flush()
        faults.hit("edge.written")
        await tx.commit()
    except Exception as error:
        shown = exits.concealed(tx.by, edge.exit, error)
        await audit_refusal(tx, edge, shown)
        if shown is error:
            raise
        raise shown from error
    faults.hit("edge.committed")
    if tx.told:
        request.app.state.wake()
    return response, reading


def read(request: Request, edge: Edge, tx: Transaction, response: Response) -> Reading | None:
    """What a caller from outside has read. The audit of a look waits for the decision; that of a change does not."""
    if edge.exit is None:
        refuse_unregistered(edge, tx)
        return None
    if not exits.is_outward(tx.by):
        return None
    found = found_by(request, edge, tx, response)
    if not found.changes:
        tx.audits = []
    return found


def found_by(request: Request, edge: Edge, tx: Transaction, response: Response) -> Reading:
    way = edge.exit or exits.NONE
    result = getattr(tx, "made_answer", None)
    return Reading(request, tx.by, way, edge.route, result, tuple(tx.audits), response)


def refuse_unregistered(edge: Edge, tx: Transaction) -> None:
    """A route that touches a client's data and is no registered exit answers nobody but our own services."""
    if edge.scope != BETWEEN_SERVICES and any(audit.client_id for audit in tx.audits):
        raise TypeError(f"{edge.route} returns a client's data: register it with leaving(…).")


async def left(request: Request, reading: Reading) -> Response:
    """What the decision lets leave. A denial is in the audit when it is raised here."""
    gate: exits.Exits = request.app.state.exits
    return await gate.leave(reading)


def within_reach(by: Principal, way: Exit | None) -> Principal:
    """A caller from outside reaches clients' rows only where the decision stands behind the reading."""
    return replace(by, reach="none") if way is None and exits.is_outward(by) else by


async def perform(request: Request, edge: Edge, tx: Transaction, key: IdempotencyKey | None) -> Response:
    """Replay, or run: validate, use case, serialise, keep the answer."""
    if key and (kept := await idempotency.replay(tx, key)):
        return kept
    body = await request.body()
    check_request(request, edge, key, has_body=bool(body))
    if body:
        request._json = json_of(body)  # what the framework takes instead of reading the body itself
    response = headed(request, tx, await edge.inner(request))
    if key:
        await idempotency.keep(tx, key, response)
    return response


def check_request(request: Request, edge: Edge, key: IdempotencyKey | None, *, has_body: bool) -> None:
    unknown = sorted(set(request.query_params) - edge.known)
    if unknown:
        raise UnknownFilter(f"Known here: {', '.join(sorted(edge.known)) or 'none'}.")
    if edge.needs_key and key is None:
        raise KeyMissing()
    if request.method in ("PUT", "PATCH", "DELETE") and "if-match" not in request.headers:
        raise VersionMissing()
    sent = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if has_body and sent not in JSON_TYPES:
        raise WrongMediaType(f"Known here: {', '.join(JSON_TYPES)}.")


def headed(request: Request, tx: Transaction, response: Response) -> Response:
    """ETag of a single row, 304 when the caller has it, a link to the next page; no type of what is not there."""
    if response.status_code == 204:
        del response.headers["content-type"]
    result = getattr(tx, "made_answer", None)
    version = getattr(result, "version", None)
    if isinstance(version, int):
        response.headers["ETag"] = f'"{version}"'
        if request.method == "GET" and request.headers.get("if-none-match") == response.headers["ETag"]:
            return Response(status_code=304, headers={"ETag": response.headers["ETag"]})
    if isinstance(result, Page) and result.next_cursor:
        query = urlencode({**request.query_params, "cursor": result.next_cursor})
        response.headers["Link"] = f'<{quote(request.scope["path"])}?{query}>; rel="next"'
    return response


async def audit_refusal(tx: Transaction, edge: Edge, error: Exception) -> None:
    """After the rollback, on the connection already held: who was refused what, and why (decision 20)."""
    if not is_refusal(error) or tx._driver.is_closed():
        return
    await tx.restart()
    refused(tx, edge, error)
    await tx.commit()


def is_refusal(error: Exception) -> bool:
    """What is answered with a 4xx. A 503 refuses nobody, a 500 is our own."""
    if isinstance(error, RequestValidationError | HTTPException):
        return True
    known = problems.translate(error)
    return known is not None and not isinstance(known, Unavailable)


def refused(tx: Transaction, edge: Edge, error: Exception) -> None:
    known = problems.translate(error)
    code = known.code if known else "malformed" if isinstance(error, HTTPException) else "invalid"
    tx.audit(edge.route, by=tx.by, outcome="refused", code=code)
