"""Which web pages may read our answers: those of apps that registered their origin. Source: WHATWG Fetch, RFC 6454."""

from collections.abc import Mapping
from dataclasses import dataclass, field

METHODS = "GET, POST, PUT, PATCH, DELETE"
SENT = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Purpose-Of-Use, X-Request-Id"
READ = "ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
KEPT = "600"


@dataclass(frozen=True)
class Origins:
    """Client id of an app → the origins of its pages."""

    of_app: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def allows(self, origin: str, client_id: str | None) -> bool:
        """Whether a page of this origin may read an answer to this caller; to nobody known, any registered page may."""
        if client_id is not None:
            return origin in self.of_app.get(client_id, ())
        return any(origin in found for found in self.of_app.values())


def preflight(origin: str) -> list[tuple[bytes, bytes]]:
    """What a page may send from now on (never with cookies: there are none)."""
    said = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": SENT,
        "Access-Control-Max-Age": KEPT,
    }
    return encoded(said)


def readable(origin: str) -> list[tuple[bytes, bytes]]:
    return encoded({"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": READ})


def encoded(said: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in said.items()]
