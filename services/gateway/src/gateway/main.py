"""The gateway's wiring."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from shared.app import as_problem, create_app
from shared.auth import Principal
from shared.db import PLATFORM
from shared.errors import AppError
from shared.outbound import port, ports
from shared.outward import Outward
from shared.watch import Watch
from shared.worker import kept_up
from starlette.middleware import Middleware
from starlette.routing import Route

from gateway.consumers import HANDLERS, PROJECTIONS
from gateway.front import Front, FrontDoor
from gateway.integrations import Forwarder, KeySets
from gateway.neighbours import Services
from gateway.routers import (
    access,
    agencies,
    audit_reports,
    break_glass_grants,
    clinics,
    documents,
    invitations,
    me,
    oauth,
    partner_apps,
    roles,
    sandbox,
    sessions,
    sign_in,
    sign_in_clients,
    signing_keys,
    users,
)
from gateway.settings import Settings
from gateway.timers import TIMERS
from gateway.use_cases.gather_audit import Reporter
from gateway.use_cases.issue_token import Office, issue_token
from gateway.use_cases.measure_reviews import keep_measuring_reviews
from gateway.use_cases.merge_documents import Library
from gateway.use_cases.open_signing_key import open_signing_key
from gateway.use_cases.publish_keys import publish_keys
from gateway.use_cases.recognise_service import service_holder
from gateway.use_cases.record_audit_report import record_audit_report
from gateway.use_cases.request_audit_report import KIND
from gateway.use_cases.turn_signing_keys import follow_signing_keys


def build(settings: Settings) -> FastAPI:
    """The application for these settings. The sandbox's routes exist in sandbox mode alone."""
    forwarder, reporter = Forwarder(), Reporter()
    open_routers = [
        oauth.router,
        oauth.keys,
        sign_in.router,
        documents.router,
        *([sandbox.router] if settings.sandbox else []),
    ]
    modules = (
        access,
        agencies,
        clinics,
        users,
        roles,
        partner_apps,
        signing_keys,
        invitations,
        sessions,
        me,
        sign_in_clients,
        audit_reports,
        break_glass_grants,
    )
    owned = [module.router for module in modules]
    app = create_app(
        "gateway",
        settings,
        routers=[*open_routers, *owned],
        handlers=HANDLERS,
        projections=PROJECTIONS,
        timers=TIMERS,
        ports=ports(port(KIND, reporter.send, record=record_audit_report, leaves=None)),
        fallback=forwarder,
        start=start,
    )
    app.router.routes[:] = [r for r in app.router.routes if not (type(r) is Route and r.path == app.openapi_url)]
    app.add_exception_handler(AppError, as_problem)
    app.state.front = Front(settings.quotas)
    app.user_middleware.append(Middleware(FrontDoor, state=app.state))
    app.state.forwarder, app.state.reporter, app.state.clock_lock = forwarder, reporter, asyncio.Lock()
    app.router.lifespan_context = closing(app, app.router.lifespan_context)
    return app


async def start(app: FastAPI) -> None:
    """Open the signing key and the pool of connections; the database is there already."""
    state, settings = app.state, app.state.settings
    state.office = office = Office(
        settings, state.database, state.verifier, KeySets(Outward.of(settings)), lambda: state.wake()
    )
    async with state.database.transaction(Principal.system("gateway", agency_id=PLATFORM)) as tx:
        office.signer = await open_signing_key(tx)
    state.verifier.read = lambda: published(office)
    await follow_signing_keys(office)
    state.keys = asyncio.create_task(keep_keys(office))
    await state.forwarder.open(settings.service_urls, state.verifier)
    await state.front.look(state.database)
    urls = {"gateway": settings.own_url, **{n: url for n, url in settings.service_urls.items() if n != "gateway"}}
    state.services = Services(urls, state.forwarder.session, lambda agency: token_of_ours(state.office, agency))
    state.reporter.services = state.services
    state.library = Library(state.services, app.openapi())


async def published(office: Office) -> dict[str, Any]:
    return (await publish_keys(office)).model_dump()


async def keep_keys(office: Office) -> None:
    """Every process follows the keys: told of a new one, and looked at within seconds of a key's turn."""
    watch = Watch(office.settings.dsn("app"), "gateway-keys", "signing_keys", lambda _: follow_signing_keys(office))
    await kept_up(watch.name, watch.run)


def token_of_ours(office: Office, agency: UUID | None) -> str:
    return issue_token(office, service_holder("gateway", agency=agency)).access_token


def closing(app: FastAPI, inner: Any) -> Any:
    @contextlib.asynccontextmanager
    async def lifespan(found: FastAPI) -> AsyncIterator[None]:
        async with inner(found):
            loops = {"front": app.state.front.keep_up, "reviews": keep_measuring_reviews}
            looking = [
                asyncio.create_task(kept_up(name, partial(loop, app.state.database))) for name, loop in loops.items()
            ]
            yield
            app.state.keys.cancel()
            for task in looking:
                task.cancel()
            await asyncio.gather(*looking, return_exceptions=True)
        await app.state.forwarder.close()
        app.state.office.passwords.close()

    return lifespan


app = build(Settings())
