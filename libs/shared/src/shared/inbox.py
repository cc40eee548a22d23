"""Events in: once in effect, in order per aggregate, whatever dies (decisions 11 to 13).

A batch of one partition is one transaction: inbox, effect, parked rows, applied position, next events, audit. It is
tried as a whole first; one that fails is repeated with a savepoint for each event, and only what is refused parks.
"""

import inspect
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_type_hints
from uuid import UUID

from shared import faults, metrics, problems
from shared.auth import Principal
from shared.db import Database, Transaction
from shared.errors import AppError, Early, Unavailable
from shared.events import Envelope, Event
from shared.log import logger
from shared.message import Message
from shared.projections import Folded, Project
from shared.record import LOCK_NAME

Handler = Callable[[Transaction, Any], Awaitable[None]]
Block = tuple[UUID, str]
PARKED_IN_A_ROW = 20


class TooManyParked(Unavailable):
    """More than PARKED_IN_A_ROW events in a row were refused: our own fault more likely than theirs."""


@dataclass(frozen=True)
class On:
    """One line of a service's index of what it listens to."""

    event: type[Event]
    handler: Handler
    topics: tuple[str, ...]


Line = On | Project


def on(event: type[Event], handler: Handler, *, topics: Sequence[str] = ()) -> On:
    """`handler` runs for `event`; `topics` only where the event has none of its own (tasks)."""
    return On(event, handler, tuple(topics) or (event.TOPIC,))


def handlers(*found: On) -> dict[str, On]:
    """Wire type → handler. Two handlers of one type are a mistake that does not start."""
    table = {one.event.NAME: one for one in found}
    if len(table) != len(found) or not all(inspect.iscoroutinefunction(one.handler) for one in found):
        raise TypeError("Each event has one handler, and it is async.")
    for one in found:
        hint = list(get_type_hints(one.handler).values())[1]
        if not issubclass(one.event, hint):
            raise TypeError(f"{one.handler.__name__} takes {hint}, not {one.event}.")
    return table


LOCK_BLOCKED = (
    "SELECT aggregate_id FROM blocked WHERE agency_id = $1 AND topic = $2 AND aggregate_id = ANY ($3) "
    "ORDER BY aggregate_id FOR SHARE"
)
APPLIED = "SELECT position FROM applied WHERE topic = $1 AND part = $2 FOR UPDATE"
FIRST = """INSERT INTO applied AS a (topic, part, position) VALUES ($1, $2, 0)
ON CONFLICT (topic, part) DO UPDATE SET position = a.position RETURNING position"""
ADVANCE = "UPDATE applied SET position = $3, next_offset = $4 WHERE topic = $1 AND part = $2"
SEEN = """INSERT INTO inbox (agency_id, event_id, type, key)
SELECT $1, i.* FROM unnest($2::uuid[], $3::text[], $4::text[]) AS i (event_id, type, key) ORDER BY event_id
ON CONFLICT DO NOTHING RETURNING event_id::text"""
PARK = """INSERT INTO parked
  (agency_id, event_id, topic, aggregate_id, position, type, state, missing, reason, envelope, data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"""
BLOCK = "INSERT INTO blocked (agency_id, topic, aggregate_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
UNBLOCK = "DELETE FROM blocked WHERE agency_id = $1 AND topic = $2 AND aggregate_id = $3"
LOCK_BLOCK = "SELECT 1 FROM blocked WHERE agency_id = $1 AND topic = $2 AND aggregate_id = $3 FOR UPDATE"
QUEUE = """SELECT event_id, state, envelope, data FROM parked WHERE agency_id = $1 AND topic = $2 AND aggregate_id = $3
ORDER BY position"""
UNPARK = "DELETE FROM parked WHERE agency_id = $1 AND event_id = $2"
WAIT = """UPDATE parked SET state = $3, missing = $4, reason = $5, attempts = attempts + 1
WHERE agency_id = $1 AND event_id = $2"""
UNDO = "ROLLBACK TO SAVEPOINT one; RELEASE SAVEPOINT one"
KEEP = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; RELEASE SAVEPOINT one"
Apply = Callable[[Transaction, Sequence[Message]], Awaitable[None]]


class Inbox:
    """Applies messages to one service's database."""

    def __init__(self, database: Database, service: str, table: dict[str, Line]) -> None:
        self.database, self.service, self.table = database, service, table
        self.system = Principal.system(service)
        self.parked_in_a_row = 0

    async def receive(self, messages: Sequence[Message]) -> bool:
        """Apply messages of one topic and partition, in order. False: a gap came, nothing behind it was applied."""
        try:
            return await self.attempt(messages, self.together)
        except Exception as error:
            if isinstance(problems.translate(error), Unavailable):
                raise
        return await self.attempt(messages, self.singly)

    async def attempt(self, messages: Sequence[Message], apply: Apply) -> bool:
        topic, part = messages[0].topic, messages[0].part
        async with self.database.transaction(replace(self.system, agency_id=messages[0].agency)) as tx:
            tx.by = self.system  # the batch may hold events of other agencies: each is entered
            done = await applied_to(tx, topic, part)
            fresh = unbroken(messages, done)
            if mine := [message for message in fresh if message.type in self.table]:
                await apply(tx, mine)
            known, offset = reached(messages, fresh, done)
            if fresh or known >= messages[-1].position:
                await tx._driver.execute(ADVANCE, topic, part, known, offset)
            faults.hit("consumer.applied")
        metrics.REPEATED.labels(topic).inc(sum(message.position <= done for message in messages))
        return known >= messages[-1].position

    async def lock_blocked(self, tx: Transaction, messages: Sequence[Message]) -> set[Block]:
        """Every blocking row of the batch, in sorted order and before any other lock (decision 13)."""
        found: set[Block] = set()
        for agency, ours in by_agency(messages):
            await tx.enter(agency)
            ids = sorted({message.subject for message in ours})
            rows = await tx._driver.fetch(LOCK_BLOCKED, agency, ours[0].topic, ids)
            found |= {(agency, str(row["aggregate_id"])) for row in rows}
        return found

    # the whole batch at once

    async def together(self, tx: Transaction, messages: Sequence[Message]) -> None:
        """No savepoint: whatever is early, refused or broken undoes the whole, and it is repeated singly."""
        blocked = await self.lock_blocked(tx, messages)
        for agency, ours in by_agency(messages):
            tx.by = self.system
            await tx.enter(agency)
            free = [message for message in ours if (agency, message.subject) not in blocked]
            new = await seen_first(tx, free)
            await self.effects(tx, [message for message in free if message.id in new])
            for message in ours:
                if (agency, message.subject) in blocked:
                    await self.park(tx, message, "queued")
            await tx.flush()
        self.parked_in_a_row = 0

    async def effects(self, tx: Transaction, messages: Sequence[Message]) -> None:
        """In order: facts are folded until a handler comes, which finds all of them written."""
        folded = Folded()
        for message in messages:
            line = self.table[message.type]
            event = line.event.model_validate_json(message.data)
            if isinstance(line, Project):
                await self.fold(tx, folded, line, event, message.time)
            else:
                await folded.write(tx._driver)
                self.act_for(tx, message)
                await line.handler(tx, event)
        await folded.write(tx._driver)
        for (topic, kind), count in Counter((message.topic, message.type) for message in messages).items():
            metrics.APPLIED.labels(topic, kind).inc(count)

    async def fold(self, tx: Transaction, folded: Folded, line: Project, event: Event, at: datetime) -> None:
        fact = line.fold(event, at)
        if fact.shape is not line.shape:
            raise TypeError(f"{line.event.NAME} is not folded into {line.shape.name}.")
        if not folded.take(fact, at):
            await folded.write(tx._driver)
            folded.take(fact, at)

    def act_for(self, tx: Transaction, message: Message) -> None:
        """Take time and cause from the event's envelope, not from the clock."""
        tx.set_down()
        at = message.envelope
        tx.by = replace(self.system, agency_id=at.agency, caused_by=message.id)
        tx.now, tx.cause, tx.request_id, tx.made = at.time, at.id, at.correlation, {}

    # one by one

    async def singly(self, tx: Transaction, messages: Sequence[Message]) -> None:
        """Each event in a savepoint of its own; what is refused parks, what is early waits, others go on."""
        blocked = await self.lock_blocked(tx, messages)
        for message in messages:
            await self.enter(tx, message)
            place = (message.agency, message.subject)
            if place in blocked:
                await self.park(tx, message, "queued")
            elif await self.once(tx, message):
                self.parked_in_a_row = 0
            else:
                blocked.add(place)

    async def enter(self, tx: Transaction, message: Message) -> None:
        await tx.flush()
        tx.by = self.system
        await tx.enter(message.agency)
        self.act_for(tx, message)

    async def once(self, tx: Transaction, message: Message, *, retried: bool = False) -> bool:
        """True when the effect stands (now or before). Early is tried again under the lock of what is missing."""
        held: set[str] = set()
        try:
            while (missing := await self.missing(tx, message)) is not None and missing not in held:
                await tx._driver.execute(LOCK_NAME, f"{message.agency}:{missing}")
                held.add(missing)
        except Exception as error:
            if isinstance(problems.translate(error), Unavailable):
                raise
            await self.refuse(tx, message, error, retried=retried)
            return False
        if missing is not None:
            await self.set_aside(tx, message, "waiting", missing=missing, retried=retried)
            metrics.WAITING.labels(message.topic, message.type).inc()
        return missing is None

    async def missing(self, tx: Transaction, message: Message) -> str | None:
        """Run the handler; the name of what it lacks, or None when its effect stands."""
        try:
            await self.run(tx, message)
        except Early as early:
            return early.name
        return None

    async def run(self, tx: Transaction, message: Message) -> None:
        """Inbox row and effect, both or none, in a savepoint."""
        keys = dict(tx.keys)
        await tx._driver.execute("SAVEPOINT one")
        try:
            if await seen_first(tx, [message]):
                self.act_for(tx, message)
                await self.effects(tx, [message])
                await tx.flush()
            await tx._driver.execute(KEEP)
        except Exception:
            await tx._driver.execute(UNDO)
            tx.audits, tx.events, tx.stints, tx.keys = [], [], [], keys
            raise

    async def refuse(self, tx: Transaction, message: Message, error: Exception, *, retried: bool) -> None:
        """Park with the reason. One more than N in a row: the batch goes back, and the consumer stops before it."""
        code = error.code if isinstance(error, AppError) else problems.sqlstate(error) or type(error).__name__
        logger.error("event.parked", type=message.type, event_id=message.id, reason=code, topic=message.topic)
        if not retried:
            if self.parked_in_a_row >= PARKED_IN_A_ROW:
                raise TooManyParked("Too many events in a row were refused: the consumer stops.")
            self.parked_in_a_row += 1
        await self.set_aside(tx, message, "parked", reason=code, retried=retried)
        metrics.PARKED.labels(message.topic, message.type).inc()

    # set aside

    async def set_aside(
        self,
        tx: Transaction,
        message: Message,
        state: str,
        *,
        missing: str | None = None,
        reason: str | None = None,
        retried: bool = False,
    ) -> None:
        if retried:
            await tx._driver.execute(WAIT, message.agency, message.id, state, missing, reason)
            return
        await tx._driver.execute(BLOCK, message.agency, message.topic, message.subject)
        await self.park(tx, message, state, missing, reason)

    async def park(
        self, tx: Transaction, message: Message, state: str, missing: str | None = None, reason: str | None = None
    ) -> None:
        e = message.envelope
        kept = (e.agency, e.id, e.topic, e.subject, e.position, e.type, state, missing, reason)
        await tx._driver.execute(PARK, *kept, e.model_dump_json(), message.text)

    async def take_up(self, agency: UUID, topic: str, aggregate: UUID) -> int:
        """Run what waited of one aggregate, in order, until one must wait again; how many took effect.

        The blocking row is locked first, and what is queued is read after it.
        """
        taken = 0
        async with self.database.transaction(replace(self.system, agency_id=agency)) as tx:
            if not await tx._driver.fetchval(LOCK_BLOCK, agency, topic, aggregate):
                return 0
            for row in await tx._driver.fetch(QUEUE, agency, topic, aggregate):
                message = Message(Envelope.model_validate(row["envelope"]), json.dumps(row["data"]))
                await self.enter(tx, message)
                if not await self.once(tx, message, retried=True):
                    return taken
                await tx._driver.execute(UNPARK, agency, row["event_id"])
                taken += 1
            await tx._driver.execute(UNBLOCK, agency, topic, aggregate)
        return taken


def unbroken(messages: Sequence[Message], done: int) -> list[Message]:
    """What is new here, up to the first gap."""
    fresh: list[Message] = []
    for message in messages:
        if message.position <= done:
            continue
        if message.prev > done:
            metrics.GAPS.labels(message.topic).inc()
            logger.warning("consumer.gap", topic=message.topic, part=message.part, position=message.position)
            break
        fresh.append(message)
        done = message.position
    return fresh


def reached(messages: Sequence[Message], fresh: Sequence[Message], done: int) -> tuple[int, int]:
    """The position applied, and the offset to read next: behind the batch, or behind the last before a gap."""
    known = max(done, fresh[-1].position if fresh else 0)
    whole = known >= messages[-1].position
    return known, (messages[-1] if whole else fresh[-1] if fresh else messages[0]).offset + 1


def by_agency(messages: Sequence[Message]) -> Iterator[tuple[UUID, list[Message]]]:
    """The messages of each agency, in their order; agencies sorted, so that locks are taken in one order everywhere."""
    found: dict[UUID, list[Message]] = {}
    for message in messages:
        found.setdefault(message.agency, []).append(message)
    yield from sorted(found.items())


async def seen_first(tx: Transaction, messages: Sequence[Message]) -> set[str]:
    """Ids of those that were never seen here before; their inbox rows are written."""
    if not messages:
        return set()
    columns = [[m.id for m in messages], [m.type for m in messages], [m.key for m in messages]]
    return {row["event_id"] for row in await tx._driver.fetch(SEEN, tx.agency_id, *columns)}


async def applied_to(tx: Transaction, topic: str, part: int) -> int:
    """The last position applied, its row locked: two consumers of a rebalance take turns, at the first event too."""
    done: int | None = await tx._driver.fetchval(APPLIED, topic, part)
    return done if done is not None else await tx._driver.fetchval(FIRST, topic, part)
