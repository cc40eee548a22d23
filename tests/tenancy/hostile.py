"""Requests that mean harm, made of what the owner would send: odd JSON, injected text, members that nobody may set."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

from operations import Request

FORBIDDEN: dict[str, Any] = {
    "agency_id": str(uuid4()),
    "id": str(uuid4()),
    "version": 99,
    "role": "administrator",
    "roles": ["administrator"],
    "approved_by": str(uuid4()),
    "created_at": "2020-01-01T00:00:00Z",
    "is_admin": True,
    "__proto__": {"agency_id": str(uuid4())},
}
WHOLE = (
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"\xef\xbb\xbf{}",
    '{"a": 1}'.encode("utf-16"),
    b"[" * 100_000,
    b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    b'{"a": ' + b"9" * 100_000 + b"}",
    b'{"a": 1e400}',
    b'{"a": NaN}',
    b'{"a": 1, "a": 2}',
    b'{"\\ud800": "\\udfff"}',
    b'{"a": "\\u0000"}',
    b"[" + b"0," * 200_000 + b"0]",
)
VALUES: tuple[Any, ...] = (
    "' OR 1=1 --",
    "'; DROP TABLE client; --",
    "%' AND pg_sleep(9) --",
    "\\",
    "%",
    "_" * 300,
    "$(id)",
    "{{7*7}}",
    "../../etc/passwd",
    "a\x00b",
    "\ud800",
    "\u202e\u0301\U0001f600",
    "\r\nX-Injected: 1",
    "=cmd|' /C calc'!A0",
    "x" * 100_000,
    "(" * 5_000,
    "9999-99-99T99:99:99Z",
    "-1",
    2**63,
    -(10**30),
    1.7976931348623157e308,
    [],
    {},
    {"$ne": None},
    [[[]]],
    None,
    True,
)
QUERIES = tuple(value for value in VALUES if isinstance(value, str) and "\ud800" not in value and len(value) < 9_000)


def bodies(request: Request) -> Iterator[bytes]:
    """Whole bodies that are odd, and the owner's with one member made odd, each member once."""
    yield from WHOLE
    if isinstance(request.body, dict):
        for place, name in enumerate(request.body):
            for value in VALUES[place % 3 :: 3]:
                yield json.dumps({**request.body, name: value}).encode()


def widened(request: Request) -> Iterator[tuple[str, Request]]:
    """The owner's request with a member more, at the top and in each object inside."""
    if isinstance(request.body, dict):
        for path in objects(request.body):
            for name, value in FORBIDDEN.items():
                body = copy.deepcopy(request.body)
                inside = body
                for step in path:
                    inside = inside[step]
                if name not in inside:
                    inside[name] = value
                    yield "/".join(map(str, (*path, name))), replace(request, body=body, headers=fresh(request))


def objects(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the objects of a body stand; of a list, the first only."""
    if isinstance(body, dict):
        yield path
        for name, value in body.items():
            yield from objects(value, (*path, name))
    elif isinstance(body, list) and body:
        yield from objects(body[0], (*path, 0))


def fresh(request: Request) -> dict[str, str]:
    """Its headers, with a key that was not used."""
    return {**request.headers, **({"Idempotency-Key": str(uuid4())} if "Idempotency-Key" in request.headers else {})}
