"""The forms of a client id. Version 2026-11-23.

`app:<agency>.<app>` a partner app, `service:<name>` one of our services, `operator` who runs the installation.
A partner app's id names its agency, so that no look-up ever crosses agencies.
"""

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import unquote_plus
from uuid import UUID, uuid5

SLUGS = UUID("5b1e7c52-4a7e-5d0b-9a35-6f0f2f4a8c11")
OPERATOR = "operator"
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class AppId:
    agency: UUID
    app: UUID


def agency_id_of(slug: str) -> UUID:
    """An agency's id follows from its slug: the slug is unique without a table that all agencies share."""
    return uuid5(SLUGS, slug)


def app_client_id(agency: UUID, app: UUID) -> str:
    return f"app:{agency}.{app}"


def parse_app(client_id: str) -> AppId | None:
    kind, _, rest = client_id.partition(":")
    agency, _, app = rest.partition(".")
    try:
        return AppId(UUID(agency), UUID(app)) if kind == "app" else None
    except ValueError:
        return None


def parse_service(client_id: str) -> str | None:
    kind, _, name = client_id.partition(":")
    return name if kind == "service" and name else None


def parse_basic(header: str) -> tuple[str, str] | None:
    """Client id and secret of an HTTP Basic header. Our ids hold a colon, our secrets none: the last one divides."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, secret = base64.b64decode(value.strip(), validate=True).decode().rpartition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(user), unquote_plus(secret)
