"""Pages for people: what a browser brings, what it is shown, and what keeps a page to itself."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from shared.errors import AppError, Malformed, NotAllowed, Unavailable
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.errors import PageRefused, SentBack
from gateway.settings import Settings

TEMPLATES = Environment(loader=PackageLoader("gateway", "templates"), autoescape=True, undefined=StrictUndefined)
STYLE = (files("gateway") / "templates" / "style.css").read_text()
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'{to}; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LONGEST_FORM = 16_384
DEVICE_SECONDS = 180 * 86_400
FORM, VISIT, DEVICES = "trellis-form", "trellis-visit", "trellis-devices"


@dataclass(frozen=True)
class Browser:
    """What comes with a request of a page."""

    form: Mapping[str, str] = field(repr=False)
    visit: str = field(repr=False)
    devices: str = field(repr=False)
    address: str
    request_id: str


@dataclass(frozen=True)
class Reply:
    """A page, or another place to go. `visit` and `devices`: new cookies, None keeps them. `leads_to`: see POLICY."""

    page: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    location: str = ""
    leads_to: str = ""
    visit: str | None = None
    devices: str | None = None
    retry_after: int = 0


def keyed(settings: Settings, purpose: str, text: str) -> bytes:
    """A digest that only this installation can make."""
    return hmac.digest(settings.key(), f"gateway|{purpose}|{text}".encode(), hashlib.sha256)


def cookie_name(settings: Settings, name: str) -> str:
    """`__Host-` ties a cookie to this host and to TLS; a sandbox has no TLS."""
    return name if settings.sandbox else f"__Host-{name}"


async def read_browser(request: Request) -> Browser:
    """Raises NotAllowed for a form that did not come from a page that we gave this browser."""
    settings: Settings = request.app.state.office.settings
    cookies = {name: request.cookies.get(cookie_name(settings, name), "") for name in (FORM, VISIT, DEVICES)}
    form = parse_form(await request.body()) if request.method == "POST" else {}
    expected = keyed(settings, "form", cookies[FORM]).hex().encode()
    if request.method == "POST" and not (
        cookies[FORM] and hmac.compare_digest(form.get("form", "").encode(), expected)
    ):
        raise NotAllowed("Go back, load the page anew and try again.")
    address = request.client.host if request.client else ""
    return Browser(form, cookies[VISIT], cookies[DEVICES], address, request.state.request_id)


def parse_form(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise Malformed("The form cannot be read.") from error
    if len(body) > LONGEST_FORM or any(len(values) > 1 or "\x00" in values[0] for values in found.values()):
        raise Malformed("The form cannot be read.")
    return {name: values[0] for name, values in found.items()}


def respond(request: Request, reply: Reply) -> Response:
    settings: Settings = request.app.state.office.settings
    name = cookie_name(settings, FORM)
    seal = request.cookies.get(name, "") if reply.visit is None else ""
    seal = seal or secrets.token_urlsafe(32)
    response: Response = RedirectResponse(reply.location, 303)
    if reply.page:
        token = keyed(settings, "form", seal).hex()
        shown = TEMPLATES.get_template(f"{reply.page}.html").render(form=token, **reply.values)
        response = HTMLResponse(shown, reply.status)
    response.headers.update(HEADERS | {"Content-Security-Policy": policy(reply.leads_to)})
    if reply.retry_after:
        response.headers["Retry-After"] = str(reply.retry_after)
    kept = {name: (seal, None), **changed(settings, reply)}
    for cookie, (value, seconds) in kept.items():
        response.set_cookie(
            cookie, value, max_age=seconds, secure=not settings.sandbox, httponly=True, samesite="strict"
        )
    return response


def policy(leads_to: str) -> str:
    return POLICY.format(to=f" {leads_to}" if leads_to else "")


def changed(settings: Settings, reply: Reply) -> dict[str, tuple[str, int | None]]:
    visit = {cookie_name(settings, VISIT): (reply.visit or "", None if reply.visit else 0)}
    devices = {cookie_name(settings, DEVICES): (reply.devices or "", DEVICE_SECONDS)}
    return {**(visit if reply.visit is not None else {}), **(devices if reply.devices is not None else {})}


REFUSED: tuple[tuple[type[AppError], int], ...] = ((NotAllowed, 403), (Unavailable, 503), (AppError, 400))


class PageRoute(APIRoute):
    """A route that answers a browser: refusals are pages, or lead back to the client."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except SentBack as error:
                return respond(request, Reply(location=error.location))
            except (PageRefused, NotAllowed, Unavailable, Malformed) as error:
                status = next(code for kind, code in REFUSED if isinstance(error, kind))
                values = {"title": "This did not work", "detail": error.detail}
                return respond(request, Reply("refused", values, status))

        return handle
