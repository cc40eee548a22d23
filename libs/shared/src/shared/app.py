"""Builds the application of a service. Wiring only: what a service is stands in its own modules."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client import generate_latest
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared import exits, internal, log, problems
from shared.auth import Verifier
from shared.clock import Clock
from shared.db import Database, uuid7
from shared.errors import AppError
from shared.inbox import On
from shared.limits import Limits
from shared.neighbours import Neighbours
from shared.outbound import Port
from shared.projections import Project
from shared.safeguards import Safeguards
from shared.settings import ServiceSettings
from shared.signed_out import watch_signed_out
from shared.timers import Handler as OnTimer
from shared.watch import Watch
from shared.worker import Listener, Notifier, Work, Worker, handlers_of, kept_up

FIRST_LOOK = 10  # seconds
REQUEST_ID = re.compile(r"^[A-Za-z0-9._:-]{1,100}$")
PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The request's id"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}}},
        },
    },
}


def create_app(
    service: str,
    settings: ServiceSettings,
    *,
    routers: Sequence[APIRouter] = (),
    handlers: dict[str, On] | None = None,
    projections: dict[str, Project] | None = None,
    timers: dict[str, OnTimer] | None = None,
    ports: dict[str, Port] | None = None,
    fallback: ASGIApp | None = None,
    start: Callable[[FastAPI], Awaitable[None]] | None = None,
) -> FastAPI:
    """The service's application. `fallback` takes what no route matches; `start` runs once the database is there."""
    work = Work(handlers or {}, projections or {}, timers or {}, ports or {})
    handlers_of(work)
    app = FastAPI(
        title=f"Trellis {service}",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.service, app.state.settings, app.state.work, app.state.start = service, settings, work, start
    app.state.mode = "api"
    for router in [*routers, internal.router]:
        app.include_router(router)
    add_health(app)
    for kind in (Exception, AppError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, as_problem)
    if fallback is not None:
        app.router.default = fallback
    app.add_middleware(Limits)
    app.add_middleware(RequestIds)
    app.add_middleware(Safeguards, is_tls=not settings.sandbox)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]
    return app


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    state, settings, service = app.state, app.state.settings, app.state.service
    log.configure(service)
    state.clock = Clock()
    state.database = Database(settings, service, state.clock)
    state.relay = Database(settings, service, state.clock, "relay", 3)
    state.auditor = Database(settings, service, state.clock, "auditor", 1)
    state.verifier = Verifier(settings.issuer, settings.jwks_url, settings.keys_refresh)
    state.neighbours = Neighbours(settings, service)
    state.exits = exits.Exits(state.database, exits.ask_through(state.neighbours))
    state.worker = Worker(settings, service, state.work, state.database, state.relay, state.neighbours)
    background: list[asyncio.Task[None]] = []
    ring = (lambda: None) if state.mode == "api" else state.worker.ring
    if settings.sandbox or state.mode != "api":
        listener = Listener(settings, service, state.clock, ring)
        background.append(asyncio.create_task(kept_up("listener", listener.run)))
    if state.mode == "api":
        notifier = Notifier(state.database)
        state.wake = notifier.told.set
        background.append(asyncio.create_task(kept_up("notify", notifier.run)))
    else:
        state.wake = state.worker.ring
    if state.mode != "worker":
        await follow(watch_signed_out(settings, service, state.verifier), background)
    state.exits.told = state.wake
    if state.start is not None:
        await state.start(app)
    if state.mode != "api":
        state.worker.start()
    try:
        yield
    finally:
        await state.worker.stop()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await state.neighbours.close()
        await state.database.close()
        await state.relay.close()
        await state.auditor.close()


async def follow(watch: Watch, background: list[asyncio.Task[None]]) -> None:
    """Keep watching; what can be known from the start is known before the first request."""
    background.append(asyncio.create_task(kept_up(watch.name, watch.run)))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FIRST_LOOK):
            await watch.looked.wait()


def add_health(app: FastAPI) -> None:
    @app.get("/health/live", include_in_schema=False)
    async def get_live() -> Response:
        return JSONResponse({"status": "live"})

    @app.get("/health/ready", include_in_schema=False)
    async def get_ready(request: Request) -> Response:
        ready = app.state.worker.alive and await reachable(app.state.database)
        return JSONResponse({"status": "ready" if ready else "not ready"}, 200 if ready else 503)

    @app.get("/metrics", include_in_schema=False)
    async def get_metrics() -> Response:
        return PlainTextResponse(generate_latest())


async def reachable(database: Database) -> bool:
    try:
        async with database.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            return bool(await driver.fetchval("SELECT 1") == 1)
    except Exception:
        return False


async def as_problem(request: Request, error: Exception) -> Response:
    return problems.answer(error, request.state.request_id)


class RequestIds:
    """Takes or makes the id of a request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            given = headers.get(b"x-request-id", b"").decode("latin-1")
            request_id = given if REQUEST_ID.fullmatch(given) else str(uuid7())
            scope.setdefault("state", {}).update(request_id=request_id, received=time.monotonic())
        await self.app(scope, receive, send)


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document with the problem type and the way to sign in."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        components = document.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        components["securitySchemes"] = {
            "oauth2": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "/oauth/token",
                        "scopes": dict.fromkeys(sorted(scopes_of(document)), ""),
                    }
                },
            }
        }
    return app.openapi_schema or document


def scopes_of(document: dict[str, Any]) -> set[str]:
    found = [
        op.get("security", [])
        for path in document.get("paths", {}).values()
        for op in path.values()
        if isinstance(op, dict)
    ]
    return {scope for needs in found for need in needs for scope in need.get("oauth2", [])}
