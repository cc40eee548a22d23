"""A small client of the gateway: people of the sandbox, idempotency keys, problems that say what to do."""

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

import httpx

from trellis.problems import Trouble

TOKEN_SECONDS = 540
TIMEOUT = httpx.Timeout(30, read=120)
CLOCK_TIMEOUT = httpx.Timeout(600, connect=5)
SPARE_TRIES = 4
PASSING = (429, 502, 503)
IN_FLIGHT = "request-in-flight"
PAUSE = 0.2
Json = dict[str, Any]

WHAT_TO_DO = {
    401: "Get a new token: trellis token --as USERNAME.",
    403: "Ask as a person whose role has that scope: trellis people.",
    404: "It does not exist, or this person has no relationship with it.",
    409: "The rules say no in this state.",
    412: "Somebody changed it meanwhile: read it again.",
    422: "Mend the field that the pointer names.",
    429: "Wait a moment and try again.",
    503: "Try again in a moment.",
}


class Away(Trouble):
    """Nobody answered, or the answer broke off: what was asked may have been done."""


class Problem(Exception):
    """An answer that refuses (problem+json)."""

    def __init__(self, response: httpx.Response) -> None:
        self.status, self.body = response.status_code, body_of(response)
        self.request = f"{response.request.method} {response.request.url.path}"
        self.code = str(self.body.get("type", "")).rpartition("/")[2]
        super().__init__(self.line())

    def line(self) -> str:
        """All of it in one line: what was asked, what was answered, what to do."""
        said = self.body.get("detail") or self.body.get("title") or "no reason given"
        fields = "; ".join(f"{e.get('pointer', '?')}: {e.get('detail', '')}" for e in self.body.get("errors") or ())
        return " ".join(
            part
            for part in (
                f"{self.request} → {self.status} {self.code}:",
                said,
                f"[{fields}]" if fields else "",
                WHAT_TO_DO.get(self.status, ""),
            )
            if part
        )


def passes(response: httpx.Response) -> bool:
    """Whether the same call may well be answered in a moment."""
    return response.status_code in PASSING or (response.status_code == 409 and IN_FLIGHT in response.text)


def body_of(response: httpx.Response) -> Json:
    try:
        found = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {"detail": response.text[:200]}
    return found if isinstance(found, dict) else {"detail": str(found)[:200]}


@dataclass
class Answer:
    """A good answer: its body, and the version to send back with If-Match."""

    status: int
    body: Any
    etag: str | None
    milliseconds: float

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    @property
    def items(self) -> list[Json]:
        return list(self.body["items"])


def eventually(act: Callable[[], Answer], within: float) -> Answer:
    """Try again while what it rests on is still on its way by events."""
    until, pause = time.monotonic() + within, 0.05
    while True:
        try:
            return act()
        except Problem as problem:
            if problem.status not in (404, 409) or time.monotonic() > until:
                raise
        time.sleep(pause)
        pause = min(pause * 2, 1)


@dataclass
class Gateway:
    """The gateway of one platform. `person` gives a caller; tokens are kept for less than they live.

    `stubborn` is for how many seconds a platform is asked again that is away or has not heard yet of what a call
    rests on. Each repetition carries the idempotency key of the first.
    """

    url: str
    http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=TIMEOUT, limits=httpx.Limits(keepalive_expiry=4))
    )
    tokens: dict[tuple[str, ...], tuple[float, str]] = field(default_factory=dict)
    stubborn: float = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def person(self, agency: str, username: str, purpose: str = "TREAT") -> "Caller":
        """Somebody of the sandbox."""
        return Caller(self, (agency, username, purpose), lambda: self.sandbox_token(agency, username, purpose))

    def app(self, client_id: str, secret: str) -> "Caller":
        """A partner app, a service, or the operator: client credentials."""
        return Caller(self, (client_id,), lambda: self.client_token(client_id, secret))

    def sandbox_token(self, agency: str, username: str, purpose: str) -> Json:
        return self.take(
            "POST", "/v1/sandbox/tokens", json={"agency": agency, "username": username, "purpose": purpose}
        )

    def client_token(self, client_id: str, secret: str) -> Json:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        return self.take("POST", "/oauth/token", data=form)

    def take(self, method: str, path: str, **how: Any) -> Json:
        """A call without a token."""
        body: Json = self.send(method, path, **how).json()
        return body

    def people(self) -> list[Json]:
        return list(self.take("GET", "/v1/sandbox/people")["items"])

    def clock(self) -> Json:
        return self.take("GET", "/v1/sandbox/clock")

    def now(self) -> datetime:
        return datetime.fromisoformat(self.clock()["now"])

    def advance(self, duration: str) -> Json:
        """Move the clock forward by an ISO 8601 duration; answers when all is quiet."""
        return self.move_clock({"advance": duration})

    def advance_to(self, at: datetime) -> Json:
        """Move the clock forward to this time; where it is there already, wait until all is quiet."""
        until = time.monotonic() + self.stubborn
        while True:
            try:
                return self.move_clock({"to": at.isoformat()} if at > self.now() else {"advance": "PT0S"})
            except (Away, Problem) as problem:
                if time.monotonic() > until or (isinstance(problem, Problem) and problem.status not in PASSING):
                    raise
            time.sleep(PAUSE)

    def move_clock(self, body: Json) -> Json:
        """Once only: a platform that does not come to rest would not at a second try. Weeks may take minutes."""
        response = self.once("POST", "/v1/sandbox/clock", json=body, timeout=CLOCK_TIMEOUT)
        if response.is_error:
            raise Problem(response)
        moved: Json = response.json()
        return moved

    def trail(self, client_id: str) -> list[Json]:
        """Each event about a client and each effect it had, in every service."""
        found = self.send("GET", "/v1/sandbox/trail", params={"client_id": client_id}).json()
        return list(found["items"] if isinstance(found, dict) else found)

    def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        """One call; what passes by itself is tried again after what Retry-After says. Raises Problem for refusals."""
        until, spare = time.monotonic() + self.stubborn, SPARE_TRIES
        while True:
            try:
                response = self.once(method, path, **how)
                if not response.is_error:
                    return response
                if not passes(response) or not (spare or time.monotonic() < until):
                    raise Problem(response)
                pause = float(response.headers.get("retry-after", "1") or 1)
            except Away:
                if time.monotonic() > until:
                    raise
                pause = PAUSE
            spare = max(0, spare - 1)
            time.sleep(min(pause, 5))

    def once(self, method: str, path: str, **how: Any) -> httpx.Response:
        try:
            return self.http.request(method, self.url + path, **how)
        except httpx.ConnectError as error:
            raise Away(
                f"No platform answers at {self.url}: start one with `make run`, or set TRELLIS_GATEWAY_URL."
            ) from error
        except httpx.TimeoutException as error:
            raise Away(f"{method} {path} did not answer in time: see `trellis status`.") from error
        except httpx.TransportError as error:
            raise Away(f"{self.url} went away during {method} {path}: see `trellis status`.") from error

    def token(self, holder: tuple[str, ...], fetch: Callable[[], Json]) -> str:
        until, token = self.tokens.get(holder, (0.0, ""))
        if until < time.monotonic():
            token = fetch()["access_token"]
            self.tokens[holder] = (time.monotonic() + TOKEN_SECONDS, token)
        return token


@dataclass(frozen=True)
class Caller:
    """One person or program that calls. Every write carries its own idempotency key."""

    gateway: Gateway
    holder: tuple[str, ...]
    fetch: Callable[[], Json]

    @property
    def name(self) -> str:
        return self.holder[1] if len(self.holder) > 1 else self.holder[0]

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, params={name: value for name, value in query.items() if value is not None})

    def every(self, path: str, **query: Any) -> list[Json]:
        """All items of a list, page by page."""
        found, cursor = [], None
        while True:
            page = self.get(path, **query, limit=200, cursor=cursor)
            found += page.items
            if not (cursor := page["next_cursor"]):
                return found

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None) -> Answer:
        """A stubborn caller waits until what the call rests on has come by events."""
        key = key or str(uuid.uuid4())
        return eventually(lambda: self.send("POST", path, body, key), self.gateway.stubborn)

    def send(self, method: str, path: str, body: Mapping[str, Any] | None, key: str) -> Answer:
        return self.call(method, path, json=dict(body or {}), headers={"Idempotency-Key": key})

    def patch(self, path: str, body: Mapping[str, Any], etag: str) -> Answer:
        headers = {"Content-Type": "application/merge-patch+json", **self.once_only(etag)}
        return self.call("PATCH", path, content=json.dumps(dict(body)), headers=headers)

    def put(self, path: str, body: Mapping[str, Any], etag: str) -> Answer:
        return self.call("PUT", path, json=dict(body), headers=self.once_only(etag))

    def once_only(self, etag: str) -> dict[str, str]:
        return {"If-Match": etag, "Idempotency-Key": str(uuid.uuid4())}

    def call(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **how: Any) -> Answer:
        token = self.gateway.token(self.holder, self.fetch)
        sent = {"Authorization": f"Bearer {token}", **(headers or {})}
        started = time.perf_counter()
        response = self.gateway.send(method, path, headers=sent, **how)
        spent = (time.perf_counter() - started) * 1000
        return Answer(
            response.status_code, response.json() if response.content else None, response.headers.get("etag"), spent
        )

    def refused(self, path: str, body: Mapping[str, Any]) -> Problem:
        """POST what must be refused; the refusal. Raises Trouble when it was taken."""
        try:
            taken = self.send("POST", path, body, str(uuid.uuid4()))
        except Problem as problem:
            return problem
        raise Trouble(f"POST {path} was taken ({taken.status}) and should have been refused.")

    def until(self, path: str, test: Callable[[Any], bool], *, within: float = 20, **query: Any) -> Answer:
        """Read until the test holds: for what comes by events. A 404 means not yet."""
        within = max(within, self.gateway.stubborn)
        deadline, pause = time.monotonic() + within, PAUSE if self.gateway.stubborn else 0.05
        while True:
            found = self.look(path, query)
            if found and test(found.body):
                return found
            if time.monotonic() > deadline:
                raise Trouble(f"GET {path} did not come to what was awaited within {within:.0f} s.")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)

    def look(self, path: str, query: Json) -> Answer | None:
        try:
            return self.get(path, **query)
        except Problem as problem:
            if problem.status != 404:
                raise
        return None
