"""`make bench-lengths`: how the time of what reads free text grows with its length (quality T58).

Each reader is given hostile text of n, 2n … 64n characters, the last as long as what stands before it lets through.
Reported is the slope of log(time) over log(length): 1 is linear, 2 is a way to keep us busy. Beyond 1.2 the run fails,
unless the longest text takes less than a millisecond.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import uuid4

from gateway.integrations import bearer_of
from gateway.rules.app_keys import SigningAlg, usable
from gateway.rules.authorization import asked_of
from gateway.rules.claims import narrowed
from gateway.rules.clients import parse_app, parse_basic
from gateway.rules.consent_words import words
from gateway.rules.durations import duration
from gateway.rules.npi import is_npi
from gateway.rules.passwords import refused
from gateway.rules.proof_keys import is_proven
from gateway.rules.requests import TokenRequest
from gateway.rules.roles import every_scope
from gateway.rules.routes import service_of
from gateway.rules.sign_in_clients import origin_of, parse_sign_in_client, refused_redirect
from gateway.use_cases.read_form import LONGEST as FORM
from gateway.use_cases.read_form import read_form
from intake.rules.matching import Person, score, soundex
from pydantic import Field, TypeAdapter
from rapidfuzz.distance import JaroWinkler
from rich.console import Console
from rich.table import Table
from shared.app import REQUEST_ID
from shared.auth import ASSERTION_TYPES, Principal, kid_of, subject_of
from shared.forgeries import pack
from shared.idempotency import IdempotencyKey
from shared.limits import MAX_ADDRESS, MAX_BODY, MAX_HEADER_BYTES, excess, json_of
from shared.outward import Outward
from shared.pagination import decode
from shared.sockets import MAX_HEAD
from starlette.requests import Request
from trellis.layout import SERVICES, package_of
from trellis.roles import DOCUMENT, answer, said
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

HERE = Path(__file__).resolve().parent
DOUBLINGS, TRIES, AGAIN, LEAST, ALLOWED = 6, 4, 5, 0.002, 1.2
QUICK = 0.001  # seconds; what takes the longest text in less only moves memory, and that slows down as caches overflow
SCOPES = every_scope()
HOSTILE = ("a", "A", "0", "-", ".", " ", "a.", "a-", "a@", "0 ", "é", "Z00.", "http://a", "https://a-.")
PIECES = {"quotes": '"', "escapes": '\\"', "brackets": "[", "pairs": "{}", "digits": "9", "commas": ","}
BY = Principal(uuid4(), uuid4())


@dataclass(frozen=True)
class Reader:
    """`most`: the longest text that reaches `read`, in characters."""

    name: str
    most: int
    read: Callable[[Any], Any]
    made: Callable[[int], Any]


def filled(piece: str, end: str = "") -> Callable[[int], str]:
    """n characters of the piece again and again, and an end that spoils it."""
    return lambda n: (piece * (n // len(piece) + 1))[: n - len(end)] + end


def request_with(name: str, value: str) -> Request:
    headers = [(name.encode(), value.encode("latin-1"))]
    scope = {"type": "http", "method": "POST", "path": "/v1/x", "raw_path": b"/v1/x", "query_string": b""}
    return Request(scope | {"headers": headers})


def keyed(text: str) -> Any:
    return IdempotencyKey.of(request_with("idempotency-key", text), b"", BY)


def with_cookie(text: str) -> Any:
    return request_with("cookie", text).cookies


def with_query(text: str) -> Any:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": text.encode(), "headers": []}
    return sorted(set(Request(scope).query_params))


def form_of(text: str) -> Any:
    return read_form(TokenRequest, {"content-type": "application/x-www-form-urlencoded"}, text.encode())


def forwarded(text: str) -> Any:
    async def end(*_: Any) -> None: ...

    scope = {"type": "http", "scheme": "http", "client": ("127.0.0.1", 1)}
    headers = [(b"x-forwarded-for", text.encode()), (b"x-forwarded-proto", text.encode())]
    asyncio.run(ProxyHeadersMiddleware(end, "127.0.0.1")({**scope, "headers": headers}, end, end))  # type: ignore[arg-type]


def person(name: str) -> Person:
    more = {"address": name, "phone": name, "member_id": name}
    return Person(name, (name,), date(1990, 1, 2), **more, previous_last_names=(name,))


def compared(text: str) -> int:
    return score(person(text), person(text[::-1] + "x"), JaroWinkler.similarity)


def token_with(length: int) -> str:
    return f"{pack({'alg': 'RS384', 'typ': 'JWT', 'kid': 'k'})}.{'A' * length}.{'A' * 342}"


def read_body(text: str) -> Any:
    return json_of(text.encode())


def dotted(text: str) -> Any:
    return Outward().parts(f"https://{text}/")


def readers() -> Iterator[Reader]:
    """What is ours to read, with what is worst for it."""
    head, query = MAX_HEADER_BYTES, MAX_ADDRESS
    yield Reader(
        "header: Authorization, a token", head, bearer_of, lambda n: [(b"authorization", b"Bearer " + b"a" * n)]
    )
    yield Reader("header: Authorization, id and secret", head, parse_basic, lambda n: "Basic " + "YTpi" * (n // 4))
    yield Reader("header: Idempotency-Key", head, keyed, filled("k"))
    yield Reader("header: X-Request-Id", head, REQUEST_ID.fullmatch, filled("a", "\n"))
    yield Reader("header: X-Forwarded-For", head, forwarded, filled("127.0.0.1,"))
    yield Reader("header: Cookie", head, with_cookie, filled('a="\\;'))
    yield Reader("header: all of them, their size", MAX_HEAD, excess, many_headers)
    yield Reader("address: query", query, with_query, filled("a&"))
    yield Reader("address: query, encoded", query, with_query, filled("%e2"))
    yield Reader("address: path", query, service_of, filled("/v1%2F.."))
    yield Reader("cursor", query, decode, filled("-_A="))
    yield Reader("client assertion: header", FORM, lambda t: kid_of(t, "RS384", ASSERTION_TYPES), token_with)
    yield Reader("client assertion: header, dots", FORM, kid_of, filled("a."))
    yield Reader("client assertion: subject", FORM, subject_of, token_with)
    yield Reader("client assertion: subject, dots", FORM, subject_of, filled("."))
    yield Reader("sign-in: form", FORM, form_of, filled("a=%2B&", "&"))
    yield Reader("sign-in: form, one field", FORM, form_of, lambda n: "scope=" + "+" * n)
    yield Reader("sign-in: request, one name again and again", query, asked_of, lambda n: [("state", "")] * (n // 7))
    yield Reader("sign-in: client id", FORM, parse_sign_in_client, lambda n: "client-portal:" + "a-" * (n // 2))
    yield Reader("sign-in: app's id", FORM, parse_app, lambda n: "app:" + "a." * (n // 2))
    yield Reader("sign-in: scope", FORM, lambda t: narrowed(SCOPES, t), scopes)
    yield Reader("sign-in: code_verifier", FORM, lambda t: is_proven("x", t), filled("a"))
    yield Reader("sign-in: password", FORM, lambda t: refused(t, username="aaab", agency=("aab",)), filled("a"))
    yield Reader("sign-in: words of a consent", FORM, words, filled("a-:"))
    for piece in ("a.", "a+", "[", "@", "//"):
        yield Reader(f"redirect address: {piece}", MAX_BODY, refused_redirect, filled(piece, "://"))
    yield Reader("redirect address: its origin", MAX_BODY, origin_of, lambda n: "https://" + "a." * (n // 2))
    yield Reader("callback address", MAX_BODY, dotted, filled("a."))
    yield Reader("key set of an app", 65_536, lambda t: usable(t, SigningAlg.RS384), key_set)
    yield Reader("duration", MAX_BODY, duration, filled("P1D", "X"))
    yield Reader("NPI", MAX_BODY, is_npi, filled("1"))
    yield Reader("name: sound", MAX_BODY, soundex, filled("bdl"))
    yield Reader("name and address: comparison", 100, compared, filled("ab"))
    for name, piece in PIECES.items():
        yield Reader(f"body: {name}", MAX_BODY, read_body, filled(piece))
        yield Reader(f"body: {name} in a text", MAX_BODY, lambda t: read_body(f'["{t}'), filled(piece))
    yield Reader("body: members", 100_000, json_of, members)
    for pattern, names in sorted(patterns().items()):
        field = TypeAdapter(Annotated[str, Field(pattern=pattern)])
        for piece in HOSTILE:
            yield Reader(f"field: {names} ({piece!r})", MAX_BODY // 4, field.validate_python, filled(piece, "\n"))


def many_headers(n: int) -> Any:
    headers = [(b"x", b"")] * (n // 4)
    return {"path": "/", "query_string": b"", "headers": headers}


def scopes(n: int) -> str:
    return " ".join((SCOPES * (n // 500 + 1))[: n // 16])


def key_set(n: int) -> Any:
    return {"keys": [{"kid": "k" * n, "kty": "RSA", "e": "AQAB", "n": "A" * n}]}


def members(n: int) -> bytes:
    return json.dumps({str(number): 0 for number in range(n // 10)}).encode()


def patterns() -> dict[str, str]:
    """Every pattern that a request's field is held against in some service, with a few names of the fields."""
    asked = {service: said(DOCUMENT, package_of(service)) for service in SERVICES}
    found: dict[str, set[str]] = {}
    for process in asked.values():
        for name, pattern in patterned(json.loads(answer(process)), ""):
            found.setdefault(pattern, set()).add(name)
    return {pattern: ", ".join(sorted(names)[:3]) for pattern, names in found.items()}


def patterned(node: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for inner in node:
            yield from patterned(inner, name)
    if isinstance(node, dict):
        if isinstance(pattern := node.get("pattern"), str):
            yield name, pattern
        for key, inner in node.items():
            yield from patterned(inner, name if key in ("anyOf", "items", "schema") else key)


def seconds(reader: Reader, text: Any) -> tuple[int, float]:
    """How often it is read in one try, so that it can be measured, and what one reading takes."""
    times = 1
    while (spent := once(reader.read, text, times)) < LEAST and times < 100_000:
        times *= 2 if spent > LEAST / 8 else 8
    return times, spent / times


def once(read: Callable[[Any], Any], text: Any, times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        with contextlib.suppress(Exception):  # a refusal is an answer too
            read(text)
    return time.process_time() - started


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The steeper of two slopes of a line through the logarithms (least squares): all sizes, and the upper four, where
    what does not grow with the length weighs less."""
    return max(slope(sizes, times), slope(sizes[-4:], times[-4:]))


def slope(sizes: Sequence[int], times: Sequence[float]) -> float:
    xs, ys = [math.log(size) for size in sizes], [math.log(spent) for spent in times]
    middle, level = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - middle) * (y - level) for x, y in zip(xs, ys, strict=True)) / sum((x - middle) ** 2 for x in xs)


def measured(reader: Reader) -> SimpleNamespace:
    """The least time on the processor of a few tries for each size, all sizes in each try. What seems steep is measured
    again: whatever else the machine does only adds time."""
    sizes = [max(1, reader.most >> step) for step in range(DOUBLINGS, -1, -1)]
    texts = [reader.made(size) for size in sizes]
    found = math.inf
    for _ in range(AGAIN):
        how = [seconds(reader, text) for text in texts]
        least = [spent for _, spent in how]
        for _ in range(TRIES):
            tried = [once(reader.read, text, times) / times for text, (times, _) in zip(texts, how, strict=True)]
            least = [min(pair) for pair in zip(least, tried, strict=True)]
        found = min(found, exponent(sizes, least))
        if found <= ALLOWED or least[-1] < QUICK:
            break
    return SimpleNamespace(
        name=reader.name, most=sizes[-1], exponent=found, is_steep=found > ALLOWED and least[-1] >= QUICK
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-lengths")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "lengths.json")
    parser.add_argument("--only", default="", help="readers whose name holds this")
    given = parser.parse_args()
    gc.disable()
    found: dict[str, SimpleNamespace] = {}
    for reader in readers():
        if given.only in reader.name:
            one = measured(reader)
            one.name = one.name.partition(" (")[0]
            found[one.name] = max(found.get(one.name, one), one, key=lambda it: (it.is_steep, it.exponent))
    table = Table("what is read", "up to", "exponent")
    for one in found.values():
        table.add_row(one.name, f"{one.most:,}", f"{one.exponent:.2f}", style="red" if one.is_steep else "")
    Console().print(table)
    steep = [one.name for one in found.values() if one.is_steep]
    Console().print(f"{len(found)} readers, {DOUBLINGS} doublings each; beyond {ALLOWED}: {', '.join(steep) or 'none'}")
    if not given.only:
        figures = {one.name: {"up_to": one.most, "exponent": round(one.exponent, 2)} for one in found.values()}
        what = "slope of log(time) over log(length), hostile text of n to 64n"
        text = json.dumps({"what": what, "allowed": ALLOWED, "readers": figures}, indent=2, ensure_ascii=False)
        given.out.write_text(f"{text}\n")
    return 1 if steep else 0


if __name__ == "__main__":
    sys.exit(main())
