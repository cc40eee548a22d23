"""How large a request may be: its address, its headers, its body, and the shape of the JSON in it.

Bounds: RFC 9110 sections 15.5.14 and 15.5.15, RFC 6585 section 5; RFC 8259 sections 4, 6 and 9 leave them to us.
"""

import json
import re
from itertools import accumulate
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import problems
from shared.errors import Malformed

MAX_BODY = 1_048_576
MAX_ADDRESS = 8_192
MAX_HEADERS = 100
MAX_HEADER_BYTES = 32_768
MAX_DEPTH = 32
MAX_VALUES = 10_000
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
BRACKET = re.compile(rb"[\[\]{}]")
STEP = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


class Limits:
    """Refuses a request whose address or headers are too large, and measures the body while it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif found := excess(scope):
            await problems.problem(*found, scope["state"]["request_id"])(scope, receive, send)
        else:
            await self.app(scope, measured(receive), send)


def excess(scope: Scope) -> tuple[int, str, str, str] | None:
    """Status, code, title and detail of what is too large or said twice in a request's head; None when all is well."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if len(scope.get("raw_path") or scope["path"]) + len(scope.get("query_string", b"")) > MAX_ADDRESS:
        return 414, "address-too-long", "The address is too long", f"Path and query have at most {MAX_ADDRESS} bytes."
    if len(headers) > MAX_HEADERS or sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES:
        detail = f"Send at most {MAX_HEADERS} headers of together {MAX_HEADER_BYTES} bytes."
        return 431, "headers-too-large", "The headers are too many or too large", detail
    if sum(name == b"host" for name, _ in headers) > 1:
        return 400, "malformed", "The request cannot be read", "Send one Host header."
    return None


def measured(receive: Receive) -> Receive:
    """The body, as long as it is not too large: refused where it is read, when the caller is known."""
    taken = 0

    async def piece() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body") or b"")
        if taken > MAX_BODY:
            raise HTTPException(413)
        return message

    return piece


def json_of(body: bytes) -> Any:
    """The value of a JSON text: UTF-8, finite numbers, no member twice, within our bounds. Raises Malformed."""
    check_shape(body)
    try:
        return json.loads(
            body.decode(), object_pairs_hook=once_each, parse_constant=no_number, parse_float=finite, parse_int=whole
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not valid JSON.") from error


def check_shape(body: bytes) -> None:
    """Raises Malformed for JSON nested deeper, or of more values, than anything that we take."""
    commas, brackets = body.count(b","), body.count(b"[") + body.count(b"{")
    if commas < MAX_VALUES and brackets <= MAX_DEPTH:
        return
    bare = STRING.sub(b"", body)
    if bare.count(b",") >= MAX_VALUES or bare.count(b"[") + bare.count(b"{") > MAX_VALUES:
        raise Malformed(f"The body holds more than {MAX_VALUES} values: send it in parts.")
    if max(accumulate(STEP[found] for found in BRACKET.findall(bare)), default=0) > MAX_DEPTH:
        raise Malformed(f"The body is nested deeper than {MAX_DEPTH} levels.")


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("The body names a member twice.")
    return found


def no_number(text: str) -> Any:
    raise Malformed(f"{text} is no JSON number.")


def finite(text: str) -> float:
    found = float(text)
    if found in (float("inf"), float("-inf")):
        raise Malformed("A number is too large.")
    return found


def whole(text: str) -> int:
    if len(text) > 40:
        raise Malformed("A number is too large.")
    return int(text)
