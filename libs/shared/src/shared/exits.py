"""Exits: where a client's data can leave, and what is asked just before it does (decisions 25 and 26).

Who works inside is held by scope and relationship. For everyone else, a partner's app or an account of the person
concerned, the edge asks the service that keeps the consents after reading and outside the transaction. What it
permits it permits for a moment, counted from before the asking; a revocation is acknowledged only when every permit
given before it has lapsed. So nothing leaves after the acknowledgement, without a lock and without equal clocks.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared import problems
from shared.auth import Principal, id_or_none
from shared.contracts.disclosures import DisclosureMadeV2
from shared.db import Database, Transaction
from shared.errors import AppError, DisclosureDenied, NotFound, NotNamed, Unavailable
from shared.neighbours import Neighbours
from shared.record import Audit

Question = dict[str, Any]
Answers = Mapping[str, Any]
Ask = Callable[[Principal, Sequence[Question]], Awaitable[Answers]]
OUTWARD = frozenset({"disclosed", "own"})
RECIPIENT_OF_ROLE = {"client_portal": "client", "guardian": "representative"}
ABOUT = ("episode_id", "program_id", "record_on", "is_final")
LONGEST_ASKING = 1.0  # seconds; an answer that comes later would have lapsed
LEFT_AT_LEAST = 0.3  # seconds that a permit must have before it is used once more
MOST_KEPT = 1000
TRIES = 3
BATCH = 200
WITHIN = "Disclosure-Within"
KEPT_BACK = "disclosure-denied"


class Kind(StrEnum):
    ROUTE = "route"
    WEBHOOK = "webhook"
    FEED = "feed"
    EXPORT = "export"
    PACKET = "packet"
    REPORT = "report"
    PDF = "pdf"
    CALENDAR = "calendar"
    REMINDER = "reminder"


@dataclass(frozen=True)
class Exit:
    """One way out. `classes`: every class of data that may be in it; `class_of` tells a row's where they differ."""

    kind: Kind
    classes: tuple[str, ...]
    class_of: Callable[[Any], str] | None = None


def exit_of(*classes: str, kind: Kind = Kind.ROUTE, class_of: Callable[[Any], str] | None = None) -> Exit:
    if not classes:
        raise TypeError("An exit names the classes of data that may leave by it.")
    return Exit(kind, tuple(str(name) for name in classes), class_of)


NONE = Exit(Kind.ROUTE, ())


@dataclass(frozen=True)
class Permit:
    """What was answered, each for its question, and until when (of this process's clock) it may be acted upon."""

    answers: tuple[Mapping[str, Any], ...]
    until: float

    @property
    def left(self) -> float:
        return self.until - time.monotonic()

    @property
    def is_given(self) -> bool:
        return bool(self.answers) and all(answer["is_permitted"] is True for answer in self.answers)

    async def watch(self, event: str, _: Mapping[str, Any]) -> None:
        """For httpx (`extensions={"trace": permit.watch}`): nothing is written to a socket once it has lapsed."""
        if event.endswith(("send_request_headers.started", "send_request_body.started")) and self.left <= 0:
            raise Unavailable("What was permitted has lapsed before it was sent.")


def is_outward(by: Principal) -> bool:
    return by.reach in OUTWARD


def ask_through(neighbours: Neighbours) -> Ask:
    """Ask the service that keeps the consents, over the network."""

    async def ask(by: Principal, questions: Sequence[Question]) -> Answers:
        found: Answers = await neighbours.evaluate_disclosures(questions, on_behalf_of=by)
        return found

    return ask


async def permit(ask: Ask, by: Principal, questions: Sequence[Question]) -> Permit:
    """One answer for each question, in their order. Raises Unavailable when they cannot be had in time."""
    since = time.monotonic()
    answers: list[Mapping[str, Any]] = []
    seconds = LONGEST_ASKING
    try:
        async with asyncio.timeout(LONGEST_ASKING):
            for start in range(0, len(questions), BATCH):
                batch = questions[start : start + BATCH]
                found = await ask(by, [asked(question) for question in batch])
                if len(found["items"]) != len(batch):
                    raise Unavailable("The disclosure decision cannot be had just now.")
                answers += found["items"]
                seconds = min(seconds, found["valid_for_ms"] / 1000)
    except TimeoutError as error:
        raise Unavailable("The disclosure decision cannot be had just now.") from error
    return Permit(tuple(answers), since + seconds)


def asked(question: Question) -> Question:
    return {name: value for name, value in question.items() if name != "is_whole"}


@dataclass(frozen=True)
class Reading:
    """What an outward caller's request found, before it is decided whether it may leave."""

    request: Request
    by: Principal
    exit: Exit
    route: str
    result: Any
    audits: tuple[Audit, ...]
    response: Response

    @property
    def rows(self) -> list[Any]:
        found = getattr(self.result, "items", None)
        return list(found) if isinstance(found, list | tuple) else [] if self.result is None else [self.result]

    @property
    def is_list(self) -> bool:
        return isinstance(getattr(self.result, "items", None), list | tuple)

    @property
    def subjects(self) -> list[UUID]:
        return sorted({audit.client_id for audit in self.audits if audit.client_id})

    @property
    def changes(self) -> bool:
        return self.request.method not in ("GET", "HEAD")


@dataclass
class Exits:
    """The last door of a service: it asks, records what was decided, and hands over what may leave."""

    database: Database
    ask: Ask
    told: Callable[[], None] = field(default=lambda: None)
    asking: dict[str, "asyncio.Task[Permit]"] = field(default_factory=dict)

    async def permitted(self, by: Principal, questions: Sequence[Question]) -> Permit:
        """A permit serves everyone who asks the same until it lapses: it counts from before it was asked for."""
        key = f"{by.agency_id}|{json.dumps(questions, sort_keys=True)}"
        if (found := self.asking.get(key)) is None or is_spent(found):
            if len(self.asking) >= MOST_KEPT:
                self.asking = {name: kept for name, kept in self.asking.items() if not is_spent(kept)}
            found = self.asking[key] = asyncio.create_task(permit(self.ask, by, questions))
        return await asyncio.shield(found)

    async def leave(self, reading: Reading) -> Response:
        """The answer as it may leave. Raises DisclosureDenied, or Unavailable when nobody can be asked in time."""
        questions = questions_of(reading)
        if not questions:
            return nothing_of_anyone(reading)
        recorded: list[tuple[str, Any]] = []
        for _ in range(TRIES):
            given = await self.permitted(reading.by, questions)
            verdict = Verdict(reading, questions, given)
            if recorded != verdict.decisions:
                await self.record(reading, verdict)
                recorded = verdict.decisions
            if not verdict.is_permitted:
                return withheld(reading)
            if given.left > 0:
                return verdict.response()
        raise Unavailable("What was permitted lapsed before it could be sent.")

    async def record(self, reading: Reading, verdict: "Verdict") -> None:
        """Who was told what about whom by which rule and consent, or refused it: before anything leaves."""
        more = {"request_id": reading.request.state.request_id}
        async with self.database.transaction(reading.by, **more) as tx:
            for question, answer in verdict.told():
                audit(tx, reading, question, answer)
            for question, answer in verdict.outward():
                tx.publish(disclosure(tx, reading.by, question, answer))
        if verdict.is_permitted:
            self.told()


def is_spent(asked: "asyncio.Task[Permit]") -> bool:
    """Only what was permitted is used again: a denial may be over with the next signature."""
    if not asked.done():
        return False
    if asked.cancelled() or asked.exception():
        return True
    return not asked.result().is_given or asked.result().left < LEFT_AT_LEAST


def audit(tx: Transaction, reading: Reading, question: Question, answer: Mapping[str, Any]) -> None:
    """What the use case noted of this client, with the decision; of a client not read, what was asked for."""
    client = UUID(question["client_id"])
    noted = [one for one in reading.audits if one.client_id == client] or [Audit(reading.route, client)]
    consent = UUID(answer["consent_id"]) if answer["consent_id"] else None
    for one in noted:
        tx.audit(
            "disclosure.answer" if reading.changes else one.action,
            subject=client,
            resource=one.resource_id,
            by=reading.by,
            consent_id=consent,
            outcome="success" if answer["is_permitted"] else "refused",
            code=answer["rule_id"],
        )


def disclosure(tx: Transaction, by: Principal, question: Question, answer: Mapping[str, Any]) -> DisclosureMadeV2:
    return DisclosureMadeV2(
        disclosure_id=tx.new_id("disclosure"),
        client_id=UUID(question["client_id"]),
        recipient_id=by.recipient_id,
        purpose=question["purpose"],
        data_classes=(question["data_class"],),
        rule_id=answer["rule_id"],
        consent_id=UUID(answer["consent_id"]) if answer["consent_id"] else None,
        at=tx.now,
    )


@dataclass(frozen=True)
class Verdict:
    """The answers held against what was read. A list needs the permission of the whole before that of its rows."""

    reading: Reading
    questions: Sequence[Question]
    given: Permit

    @property
    def pairs(self) -> list[tuple[Question, Mapping[str, Any]]]:
        return list(zip(self.questions, self.given.answers, strict=True))

    @property
    def decisions(self) -> list[tuple[str, Any]]:
        return [(answer["rule_id"], answer["consent_id"]) for answer in self.given.answers]

    @property
    def is_permitted(self) -> bool:
        whole = [answer["is_permitted"] for question, answer in self.pairs if question["is_whole"]]
        rows = [self.may_show(row) for row in self.reading.rows]
        if self.reading.is_list:
            return all(whole) if whole else any(rows)
        return all([*whole, *rows])

    def may_show(self, row: Any) -> bool:
        wanted = row_questions(self.reading, row)
        answers = [answer["is_permitted"] for question, answer in self.pairs if question in wanted]
        return bool(answers) and all(answers)

    def told(self) -> Iterable[tuple[Question, Mapping[str, Any]]]:
        """What is audited: when denied the denials, else what was permitted."""
        return [pair for pair in self.pairs if pair[1]["is_permitted"] is self.is_permitted]

    def outward(self) -> Iterable[tuple[Question, Mapping[str, Any]]]:
        """What must stand in the accounting: an empty list tells of nobody."""
        if not self.is_permitted or not self.reading.rows or self.reading.by.reach != "disclosed":
            return []
        once = {(question["client_id"], question["data_class"]): (question, answer) for question, answer in self.told()}
        return [pair for pair in once.values() if "record_disclosure" in pair[1]["obligations"]]

    def response(self) -> Response:
        """The answer, without the rows that may not be shown, with what must accompany them."""
        plain = self.reading.response
        body = bytes(plain.body)
        headers = {name: value for name, value in plain.headers.items() if name != "content-length"}
        if body and isinstance(content := json.loads(body), dict):
            if self.reading.is_list:
                rows = zip(self.reading.rows, content["items"], strict=True)
                content["items"] = [self.labelled(row, shown) for row, shown in rows if self.may_show(row)]
            elif self.reading.rows:
                content = self.labelled(self.reading.rows[0], content)
            body = json.dumps(content | self.companions(), separators=(",", ":")).encode()
        received = self.reading.request.scope["state"]["received"]
        headers[WITHIN] = str(int((self.given.until - received) * 1000))
        return Permitted(body, plain.status_code, headers, self.given, self.reading.request.state.request_id)

    def labelled(self, row: Any, shown: Any) -> Any:
        """What it says of the row, with the labels stored with it and what the decision adds where it is stricter now;
        none stands on a list as a whole."""
        if not isinstance(shown, dict):
            return shown
        wanted = row_questions(self.reading, row)
        added = [label for question, answer in self.pairs if question in wanted for label in labels_of(answer)]
        labels = joined(labels_of(shown), added)
        return shown | {"security_labels": labels} if labels else shown

    def companions(self) -> dict[str, Any]:
        """The notices and the consents that go with what is disclosed (42 CFR 2.32 for one)."""
        permitted = [answer for _, answer in self.told()]
        notices = sorted({answer["notice"] for answer in permitted if answer.get("notice")})
        consents = {answer["consent_id"]: answer["consent"] for answer in permitted if answer.get("consent")}
        if not notices and not consents:
            return {}
        return {"disclosure": {"notices": notices, "consents": list(consents.values())}}


def joined(own: Sequence[str], added: Sequence[str]) -> list[str]:
    """Both, each label once. The first of either says how confidential it is; the higher stands (N < R < V)."""
    first = max([*own[:1], *added[:1]], default=None)
    return list(dict.fromkeys([first, *own[1:], *added[1:]])) if first else []


def labels_of(answer: Mapping[str, Any]) -> list[str]:
    return list(answer.get("security_labels", []))


class Permitted(Response):
    """Looks at its permit once more when it is handed to the socket, and becomes a 503 where that has lapsed."""

    def __init__(self, body: bytes, status: int, headers: Mapping[str, str], given: Permit, request_id: str) -> None:
        super().__init__(body, status, headers)
        self.given, self.request_id = given, request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.given.left > 0:
            await super().__call__(scope, receive, send)
            return
        late = Unavailable("What was permitted lapsed before it could be sent.")
        await problems.answer(late, self.request_id)(scope, receive, send)


def questions_of(reading: Reading) -> list[Question]:
    """Each once: about the whole of the client who was named or read, and about every row by what it says."""
    found = [question for client in whole_of(reading) for question in asked_of(reading, client, None)]
    found += [question for row in reading.rows for question in row_questions(reading, row)]
    return [question for place, question in enumerate(found) if question not in found[:place]]


def whole_of(reading: Reading) -> list[UUID]:
    """Whose data as a whole is asked for: of a list the client it names, whatever is found; else nobody's, or those
    of whom it was noted that they were read though no row tells whose it is."""
    named = named_client(reading.request)
    if reading.is_list and reading.by.reach == "disclosed" and named is not None:
        return [named]
    return [] if reading.rows and all(client_of(reading, row) for row in reading.rows) else reading.subjects


def named_client(request: Request) -> UUID | None:
    found = request.path_params.get("client_id") or request.query_params.get("client_id")
    return UUID(str(found)) if found else None


def client_of(reading: Reading, row: Any) -> UUID | None:
    """Whose row it is: what it says, else the only one who was read."""
    said = getattr(row, "client_id", None)
    if said is None and str(getattr(row, "id", "")) in map(str, reading.subjects):
        said = row.id
    return said or (reading.subjects[0] if len(reading.subjects) == 1 else None)


def row_questions(reading: Reading, row: Any) -> list[Question]:
    client = client_of(reading, row)
    return asked_of(reading, client, row) if client else []


def asked_of(reading: Reading, client: UUID, row: Any) -> list[Question]:
    """The questions about one client; of a row only its own class, where the exit can tell."""
    by, way = reading.by, reading.exit
    own = (way.class_of(row),) if way.class_of and row is not None else way.classes
    facts = {name: plain(getattr(row, name)) for name in ABOUT if getattr(row, name, None) is not None}
    about = {"client_id": str(client), "purpose": by.purpose, "is_whole": row is None, **recipient_of(by), **facts}
    return [{**about, "data_class": name} for name in own]


def recipient_of(by: Principal) -> dict[str, Any]:
    named = next((RECIPIENT_OF_ROLE[role] for role in sorted(by.roles) if role in RECIPIENT_OF_ROLE), None)
    return {"recipient_kind": named or by.recipient, "recipient_id": str(by.recipient_id)}


def plain(value: Any) -> Any:
    return value if isinstance(value, bool) else str(value)


def nothing_of_anyone(reading: Reading) -> Response:
    """No client is in it: an empty list of one's own. A partner is not even told that."""
    if reading.by.reach == "disclosed":
        return withheld(reading)
    return reading.response


def withheld(reading: Reading) -> Response:
    """Nothing is told: 403, the same for a client who is unknown. What was changed stays changed and is said so.

    To an account of the person's own, or of who stands for them, it is as if it were not there.
    """
    if not reading.changes:
        return absent(reading)
    headers = {name: reading.response.headers[name] for name in ("location",) if name in reading.response.headers}
    body = {"disclosure": {"is_withheld": True, "reason": KEPT_BACK}}
    return Response(json.dumps(body), reading.response.status_code, headers, "application/json")


def absent(reading: Reading) -> Response:
    if reading.by.reach == "disclosed":
        raise DisclosureDenied()
    if not reading.is_list:
        raise NotFound()
    return Response(b'{"items":[],"next_cursor":null}', media_type="application/json")


def concealed(by: Principal, way: Exit | None, error: Exception) -> Exception:
    """A partner learns from no refusal whether there is such a record."""
    if by.reach == "disclosed" and way is not None and isinstance(error, NotFound):
        return DisclosureDenied()
    return error


def refuse_unnamed(request: Request, by: Principal, known: frozenset[str]) -> None:
    """A partner's list names its client: what it finds of others would tell about them, even left out. An account of
    the person's own names nobody else."""
    if by.reach == "own" and is_foreign(request, by):
        raise NotFound()
    is_list = request.method == "GET" and not request.path_params
    if by.reach != "disclosed" or not is_list:
        return
    if "client_id" not in known or "client_id" not in request.query_params:
        raise NotNamed()


def is_foreign(request: Request, by: Principal) -> bool:
    """Whether the address names a client for whom the caller does not act. What is no id is refused as malformed."""
    found = request.path_params.get("client_id") or request.query_params.get("client_id")
    named = id_or_none(found)
    return named is not None and named not in by.clients


__all__ = ["AppError", "Exit", "Exits", "Kind", "Permit", "ask_through", "exit_of", "permit"]
