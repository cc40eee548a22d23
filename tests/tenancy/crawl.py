"""The same requests as another agency's people: what they are answered, and whether anything of the owner is in it."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
from belongings import Belongings
from operations import PEOPLE, UUID_FORM, WEBSITE, Operation, Request, scopes_of, with_other_ids
from world import SLUGS, World

AT_ONCE = 8
REFUSED = frozenset({400, 403, 404, 409, 412, 422})
VARYING = frozenset({"ratelimit", "date"})
SILENT = {
    "GET /v1/caseloads/{staff_id}": "empty, as for an id that nobody has",
    "GET /v1/services/{service_id}/locations": "empty, as for an id that nobody has",
}
"""Lists under a foreign id that are answered, and how; `compare` holds them to the bytes of an unknown one."""
TAKEN = {
    "POST /v1/inquiries": "clinics are the gateway's; intake takes the id that it is given, into the caller's own agency",
    "POST /v1/admin/programs": "as with inquiries",
    "POST /v1/availabilities": "people and clinics are the gateway's; the hours are the caller's own agency's",
    "POST /v1/clinicians": "people are the gateway's; the profile is the caller's own agency's",
    "POST /v1/credentials": "the same profile",
    "POST /v1/consents/validation": "nothing is looked up or stored",
    "POST /v1/clients/cards": "who is not to be seen is left out",
    "POST /v1/disclosures/evaluation": "an unknown client is denied, not refused",
    "POST /v1/access/evaluation": "a foreign person is answered as one whom nobody knows",
    "POST /v1/audit-reports": "clients are intake's; the report holds what the caller's own agency's trails say: nothing",
}
"""Writes that take an id of another service unseen. What they make stands in the caller's agency; nothing is shown."""


@dataclass
class Found:
    """What a crawl saw. `leaks` and `wrong` are failures, each with where."""

    asked: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def whole(self) -> str:
        return f"{json.dumps(self.headers)} {self.text}"

    @property
    def bare(self) -> Any:
        """Without what differs between any two answers."""
        return self.status, {n: v for n, v in self.headers.items() if n not in VARYING}, self.text


@dataclass
class Crawler:
    world: World
    own: Belongings
    agencies: dict[str, str]
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    found: Found = field(default_factory=Found)
    session: Any = None

    def sign_in(self) -> None:
        """A fresh token for each person of each agency and for its website."""
        self.world.gateway.tokens.clear()
        for slug in SLUGS:
            for username in PEOPLE:
                caller = self.world.person(slug, username)
                self.tokens[slug, username] = caller.gateway.token(caller.holder, caller.fetch)
            self.tokens[slug, WEBSITE] = self.website(slug)

    def website(self, slug: str) -> str:
        made = next(
            sent.answer
            for sent in self.world.gateway.sent
            if sent.agency == slug and sent.path == "/v1/admin/partner-apps" and "client_secret" in (sent.answer or {})
        )
        return str(self.world.gateway.client_token(made["client_id"], made["client_secret"])["access_token"])

    async def send(self, request: Request, token: str, **more: str) -> Answer:
        headers = {**request.headers, "Authorization": f"Bearer {token}", "X-Request-Id": "crawl", **more}
        how: dict[str, Any] = {"headers": headers, "params": request.query}
        if request.body is not None:
            how["json"] = request.body
        url = self.world.url + request.path
        async with self.session.request(request.operation.method, url, **how) as answer:
            shown = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, shown, await answer.text())

    async def run(self, work: Iterable[Any]) -> None:
        """All of it, AT_ONCE requests side by side."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(what: Any) -> None:
            async with gate:
                await what

        connector = aiohttp.TCPConnector(limit=AT_ONCE)
        async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(60)) as self.session:
            await asyncio.gather(*(one(what) for what in work))

    def note(self, request: Request, attacker: str, username: str, answer: Answer) -> list[str]:
        """Count an answer; note what of the owner is in it."""
        self.found.asked += 1
        self.found.statuses[answer.status] += 1
        leaked = self.own.within(self.agencies[request.agency], answer.whole, request.said)
        where = f"{request.operation.shown} of {request.agency} by {attacker}/{username}: {answer.status}"
        if leaked:
            self.found.leaks.append(f"{where} {sum(map(len, leaked))} bytes: {sorted(leaked)[:3]}")
        if answer.status >= 500:
            self.found.wrong.append(f"{where} {answer.text[:200]}")
        return leaked

    # attacks

    async def intrude(self, request: Request, attacker: str, username: str) -> None:
        """The owner's request, key, ETag and request id with somebody else's token."""
        answer = await self.send(request, self.tokens[attacker, username])
        self.note(request, attacker, username, answer)
        where = f"{request.operation.shown} of {request.agency} by {attacker}/{username}: {answer.status}"
        is_granted = request.operation.scope in scopes_of(username)
        if (answer.status == 403 and "scope-missing" in answer.text) is is_granted:
            self.found.wrong.append(f"{where} though the table says {'granted' if is_granted else 'not granted'}")
        elif is_granted and names_foreign(request) and answer.status not in REFUSED:
            self.found.taken[f"{request.operation.shown} {answer.status}"] += 1
            if is_unexpected(request):
                self.found.wrong.append(f"{where} {answer.text[:120]}")

    async def compare(self, request: Request, attacker: str) -> None:
        """A foreign id and one that nobody has: the same bytes."""
        token = self.tokens[attacker, request.username]
        theirs = await self.send(request, token)
        nobodys = await self.send(with_other_ids(request, uuid4()), token)
        self.note(request, attacker, request.username, theirs)
        if theirs.bare != nobodys.bare:
            where = f"{request.operation.shown} of {request.agency} by {attacker}/{request.username}"
            self.found.wrong.append(f"{where}: foreign and unknown differ: {theirs.bare} {nobodys.bare}"[:600])

    async def revalidate(self, request: Request, attacker: str) -> None:
        """The owner's ETag gives a 304 to the owner alone."""
        owner, other = self.tokens[request.agency, request.username], self.tokens[attacker, request.username]
        etag = {"If-None-Match": (await self.send(request, owner)).headers["etag"]}
        mine, answer = await self.send(request, owner, **etag), await self.send(request, other, **etag)
        self.note(request, attacker, request.username, answer)
        if mine.status != 304 or (names_foreign(request) and answer.status != 404):
            self.found.wrong.append(
                f"{request.operation.shown} If-None-Match: owner {mine.status}, other {answer.status}"
            )

    async def page_on(self, request: Request, attacker: str) -> None:
        """The owner's cursor shows another nothing but his own."""
        query = {**request.query, "cursor": request.cursor}
        asked = Request(request.operation, request.agency, request.username, request.path, query)
        self.note(request, attacker, request.username, await self.send(asked, self.tokens[attacker, request.username]))

    async def filter_by(self, request: Request, attacker: str, name: str, value: str) -> None:
        """A filter by a foreign id answers as one by an id that nobody has."""
        token = self.tokens[attacker, request.username]
        asked = [
            Request(request.operation, request.agency, request.username, request.path, {**request.query, name: one})
            for one in (value, str(uuid4()))
        ]
        theirs, nobodys = [await self.send(one, token) for one in asked]
        self.note(asked[0], attacker, request.username, theirs)
        if theirs.bare != nobodys.bare:
            self.found.wrong.append(f"{request.operation.shown}?{name}=: a foreign id and an unknown one differ")


def is_unexpected(request: Request) -> bool:
    """Taken, though a foreign id stands in its address, or in its body without a reason that we know."""
    shown = request.operation.shown
    if UUID_FORM.search(request.path):
        return shown not in SILENT
    return request.operation.method != "GET" and shown not in TAKEN


def names_foreign(request: Request) -> bool:
    return bool(UUID_FORM.search(f"{request.path} {request.query} {json.dumps(request.body)}"))


def pairs(operation: Operation, username: str) -> list[tuple[str, str]]:
    """Owner and attacker. Who lacks the scope is refused before anybody is looked up: one owner is enough."""
    every = [(owner, attacker) for owner in SLUGS for attacker in SLUGS if owner != attacker]
    ring = [(SLUGS[place], SLUGS[place - 1]) for place in range(len(SLUGS))]
    return every if operation.scope in scopes_of(username) else ring
