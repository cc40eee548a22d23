"""The programs in which people sign in, and where an answer may be sent.

`staff-console:<slug>` and `client-portal:<slug>` are our own and public; a partner app has its `app:<agency>.<app>` and
signs in itself when it redeems a code. Each id names its agency, so no look-up crosses agencies.
Source: RFC 6749 section 3.1.2, RFC 8252 sections 7 and 8.3, RFC 9700 sections 2.1 and 4.1. Version 2026-11-23.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from gateway.rules.clients import agency_id_of, parse_app
from gateway.rules.roles import OWNERS_OF_RECORDS, Role

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
PRINTABLE = re.compile(r"[\x21-\x7e]{1,500}")
APP_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ClientKind(StrEnum):
    STAFF_CONSOLE = "staff-console"
    CLIENT_PORTAL = "client-portal"
    PARTNER_APP = "partner-app"


@dataclass(frozen=True)
class Named:
    """What a client id says by itself."""

    client_id: str
    kind: ClientKind
    agency: UUID
    app: UUID | None = None

    @property
    def is_public(self) -> bool:
        return self.app is None


def parse_sign_in_client(client_id: str) -> Named | None:
    kind, _, slug = client_id.partition(":")
    if kind in (ClientKind.STAFF_CONSOLE, ClientKind.CLIENT_PORTAL) and SLUG.fullmatch(slug):
        return Named(client_id, ClientKind(kind), agency_id_of(slug))
    app = parse_app(client_id)
    return Named(client_id, ClientKind.PARTNER_APP, app.agency, app.app) if app else None


def may_use(kind: ClientKind, roles: Iterable[str]) -> bool:
    """The console is for staff; portal and partner apps are for clients and guardians: these may hand on records."""
    are_owners = bool({Role(role) for role in roles} & OWNERS_OF_RECORDS)
    return are_owners == (kind is not ClientKind.STAFF_CONSOLE)


def refused_redirect(uri: str) -> str | None:
    """Why an address cannot be registered; None when it can. It is later compared character by character."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return "This is no address."
    if not PRINTABLE.fullmatch(uri) or "#" in uri or "@" in parts.netloc or "*" in uri or "\\" in uri:
        return "No fragment, no user, no wildcard, no space, at most 500 characters."
    if parts.scheme == "https" and parts.hostname:
        return None
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return None
    if APP_SCHEME.fullmatch(parts.scheme) and not parts.netloc:
        return None
    return "Use https, http on this machine (127.0.0.1), or a scheme of your own that holds a dot."


def origin_of(uri: str) -> str:
    """What a form may lead to, as a source of a content security policy."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
