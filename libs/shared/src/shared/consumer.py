"""Events in: once in effect, in order per aggregate, whatever dies (decisions 11 to 13).

A batch of one partition is one transaction: inbox, effect, parked rows, applied position, next events, audit.
The broker's offset is outside it: what comes again falls to the inbox and the applied position.
"""

import asyncio
import contextlib
import inspect
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_type_hints
from uuid import UUID

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

from shared import faults, metrics, problems, topics
from shared.auth import Principal
from shared.db import Database, Transaction
from shared.errors import AppError, Early, Unavailable
from shared.events import Envelope, Event
from shared.log import logger
from shared.record import LOCK_NAME
from shared.settings import ServiceSettings

Handler = Callable[[Transaction, Any], Awaitable[None]]
Block = tuple[UUID, UUID]
PARTITIONS = 12
PARKED_IN_A_ROW = 20
SWEEP = 5.0
ASK_AGAIN = 5.0
REPORT = 20.0


@dataclass(frozen=True)
class On:
    """One line of a service's index of what it listens to."""

    event: type[Event]
    handler: Handler
    topics: tuple[str, ...]


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


@dataclass(frozen=True)
class Message:
    envelope: Envelope
    data: str

    @classmethod
    def of(cls, record: "ConsumerRecord[bytes, bytes]") -> "Message":
        said = {name.removeprefix("ce_"): value.decode() for name, value in record.headers if name.startswith("ce_")}
        envelope = Envelope.model_validate({**said, "topic": record.topic, "part": record.partition})
        return cls(envelope, (record.value or b"{}").decode())


LOCK_BLOCKED = (
    "SELECT topic, aggregate_id FROM blocked WHERE agency_id = $1 AND topic = $2 AND aggregate_id = ANY ($3) "
    "ORDER BY aggregate_id FOR SHARE"
)
APPLIED = "SELECT position FROM applied WHERE topic = $1 AND part = $2 FOR UPDATE"
FIRST = """INSERT INTO applied AS a (topic, part, position) VALUES ($1, $2, 0)
ON CONFLICT (topic, part) DO UPDATE SET position = a.position RETURNING position"""
ADVANCE = """INSERT INTO applied (topic, part, position) VALUES ($1, $2, $3)
ON CONFLICT (topic, part) DO UPDATE SET position = greatest(applied.position, excluded.position)"""
SEEN = "INSERT INTO inbox (agency_id, event_id, type, key) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
PARK = """INSERT INTO parked
  (agency_id, event_id, topic, aggregate_id, position, type, state, missing, reason, envelope, data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"""
BLOCK = "INSERT INTO blocked (agency_id, topic, aggregate_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
UNBLOCK = "DELETE FROM blocked WHERE agency_id = $1 AND topic = $2 AND aggregate_id = $3"
READY = "SELECT DISTINCT agency_id, topic, aggregate_id FROM parked WHERE state = 'ready' LIMIT 100"
NET = "SELECT agency_id, topic, aggregate_id FROM parked WHERE state = 'waiting' ORDER BY random() LIMIT 20"
LOCK_BLOCK = "SELECT 1 FROM blocked WHERE agency_id = $1 AND topic = $2 AND aggregate_id = $3 FOR UPDATE"
QUEUE = """SELECT event_id, state, envelope, data FROM parked WHERE agency_id = $1 AND topic = $2 AND aggregate_id = $3
ORDER BY position"""
UNPARK = "DELETE FROM parked WHERE agency_id = $1 AND event_id = $2"
WAIT = """UPDATE parked SET state = $3, missing = $4, reason = $5, attempts = attempts + 1
WHERE agency_id = $1 AND event_id = $2"""


class Inbox:
    """Applies messages to one service's database."""

    def __init__(self, database: Database, service: str, table: dict[str, On]) -> None:
        self.database, self.service, self.table = database, service, table
        self.parked_in_a_row = 0

    async def receive(self, messages: Sequence[Message]) -> bool:
        """Apply messages of one topic and partition, in order. False: a gap came, nothing behind it was applied."""
        topic, part = messages[0].envelope.topic, messages[0].envelope.part
        async with self.database.transaction(Principal.system(self.service)) as tx:
            done = await applied_to(tx, topic, part)
            fresh = [m for m in messages if m.envelope.position > done]
            metrics.REPEATED.labels(topic).inc(len(messages) - len(fresh))
            known = await self.apply_in_order(tx, fresh, done)
            if known > done:
                await tx._driver.execute(ADVANCE, topic, part, known)
            faults.hit("consumer.applied")
        return known >= messages[-1].envelope.position

    async def apply_in_order(self, tx: Transaction, fresh: Sequence[Message], known: int) -> int:
        """The last position applied: the last message's, or the one before the first gap."""
        blocked = await self.lock_blocked(tx, fresh)
        for message in fresh:
            at = message.envelope
            if at.prev > known:
                metrics.GAPS.labels(at.topic).inc()
                logger.warning("consumer.gap", topic=at.topic, part=at.part, position=at.position)
                break
            if at.type in self.table:
                await self.apply(tx, message, blocked)
            known = max(known, at.position)
        return known

    async def lock_blocked(self, tx: Transaction, messages: Sequence[Message]) -> set[Block]:
        """Every blocking row of the batch, in sorted order and before any other lock (decision 13)."""
        found: set[Block] = set()
        wanted = [m.envelope for m in messages if m.envelope.type in self.table]
        for agency in sorted({e.agency for e in wanted}):
            await tx.enter(agency)
            ids = sorted({e.subject for e in wanted if e.agency == agency})
            rows = await tx._driver.fetch(LOCK_BLOCKED, agency, wanted[0].topic, ids)
            found |= {(agency, row["aggregate_id"]) for row in rows}
        return found

    async def apply(self, tx: Transaction, message: Message, blocked: set[Block]) -> None:
        """One event: queue it behind a parked one, or run its handler once inside a savepoint."""
        envelope = message.envelope
        place = (envelope.agency, envelope.subject)
        await act_for(tx, self.service, envelope)
        if place in blocked:
            await self.park(tx, message, "queued")
        elif await self.once(tx, message):
            self.parked_in_a_row = 0
        else:
            blocked.add(place)

    async def once(self, tx: Transaction, message: Message, *, retried: bool = False) -> bool:
        """True when the effect stands (now or before). Early is tried again under the lock of what is missing."""
        envelope = message.envelope
        held: set[str] = set()
        try:
            while (missing := await self.missing(tx, message)) is not None and missing not in held:
                await tx._driver.execute(LOCK_NAME, f"{envelope.agency}:{missing}")
                held.add(missing)
        except (Unavailable, ConnectionError):
            raise
        except Exception as error:
            if isinstance(problems.translate(error), Unavailable):
                raise
            await self.refuse(tx, message, error, retried=retried)
            return False
        if missing is not None:
            await self.set_aside(tx, message, "waiting", missing=missing, retried=retried)
            metrics.WAITING.labels(envelope.topic, envelope.type).inc()
        return missing is None

    async def missing(self, tx: Transaction, message: Message) -> str | None:
        """Run the handler; the name of what it lacks, or None when its effect stands."""
        try:
            await self.run(tx, message)
        except Early as early:
            return early.name
        return None

    async def refuse(self, tx: Transaction, message: Message, error: Exception, *, retried: bool) -> None:
        """Park with the reason. One more than N in a row: the batch goes back, and the consumer stops before it."""
        envelope = message.envelope
        code = error.code if isinstance(error, AppError) else problems.sqlstate(error) or type(error).__name__
        logger.error("event.parked", type=envelope.type, event_id=str(envelope.id), reason=code, topic=envelope.topic)
        if not retried:
            if self.parked_in_a_row >= PARKED_IN_A_ROW:
                raise Unavailable("Too many events in a row were refused: the consumer stops.")
            self.parked_in_a_row += 1
        await self.set_aside(tx, message, "parked", reason=code, retried=retried)
        metrics.PARKED.labels(envelope.topic, envelope.type).inc()

    async def run(self, tx: Transaction, message: Message) -> None:
        """Inbox row and effect, both or none, in a savepoint."""
        envelope, line = message.envelope, self.table[message.envelope.type]
        audits, events, made, keys = list(tx.audits), list(tx.events), dict(tx.made), dict(tx.keys)
        await tx._driver.execute("SAVEPOINT one")
        try:
            if (
                await tx._driver.execute(SEEN, envelope.agency, envelope.id, envelope.type, key_of(message))
                == "INSERT 0 1"
            ):
                await line.handler(tx, line.event.model_validate_json(message.data))
                await tx.flush()
                metrics.APPLIED.labels(envelope.topic, envelope.type).inc()
            await tx._driver.execute("RELEASE SAVEPOINT one")
        except Exception:
            await tx._driver.execute("ROLLBACK TO SAVEPOINT one; RELEASE SAVEPOINT one")
            tx.audits, tx.events, tx.made, tx.keys = audits, events, made, keys
            raise

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
        envelope = message.envelope
        if retried:
            await tx._driver.execute(WAIT, envelope.agency, envelope.id, state, missing, reason)
            return
        await tx._driver.execute(BLOCK, envelope.agency, envelope.topic, envelope.subject)
        await self.park(tx, message, state, missing, reason)

    async def park(
        self, tx: Transaction, message: Message, state: str, missing: str | None = None, reason: str | None = None
    ) -> None:
        e = message.envelope
        await tx._driver.execute(
            PARK,
            e.agency,
            e.id,
            e.topic,
            e.subject,
            e.position,
            e.type,
            state,
            missing,
            reason,
            e.model_dump_json(),
            message.data,
        )

    async def take_up(self, agency: UUID, topic: str, aggregate: UUID) -> None:
        """Run what waited of one aggregate, in order, until one must wait again. The blocking row is locked first."""
        system = Principal.system(self.service, agency_id=agency)
        async with self.database.transaction(system) as tx:
            if not await tx._driver.fetchval(LOCK_BLOCK, agency, topic, aggregate):
                return
            for row in await tx._driver.fetch(QUEUE, agency, topic, aggregate):
                message = Message(Envelope.model_validate(row["envelope"]), json.dumps(row["data"]))
                await act_for(tx, self.service, message.envelope)
                if not await self.once(tx, message, retried=True):
                    return
                await tx._driver.execute(UNPARK, agency, row["event_id"])
            await tx._driver.execute(UNBLOCK, agency, topic, aggregate)


async def applied_to(tx: Transaction, topic: str, part: int) -> int:
    """The last position applied, its row locked: two consumers of a rebalance take turns, at the first event too."""
    done: int | None = await tx._driver.fetchval(APPLIED, topic, part)
    return done if done is not None else await tx._driver.fetchval(FIRST, topic, part)


async def act_for(tx: Transaction, service: str, envelope: Envelope) -> None:
    """Take agency, time and cause from the event's envelope, not from the clock."""
    await tx.flush()
    tx.by = replace(Principal.system(service, caused_by=str(envelope.id)), agency_id=None)
    await tx.enter(envelope.agency)
    tx.by = replace(tx.by, agency_id=envelope.agency)
    tx.now, tx.cause, tx.request_id, tx.made = envelope.time, envelope.id, envelope.correlation, {}


def key_of(message: Message) -> str:
    return str(json.loads(message.data).get("client_id") or message.envelope.subject)


class Consumer:
    """Follows the topics that a service's handlers need."""

    def __init__(
        self,
        settings: ServiceSettings,
        service: str,
        inbox: Inbox,
        report: Callable[[str, dict[int, int]], Awaitable[None]],
        after_commit: Callable[[], None],
    ) -> None:
        self.settings, self.service, self.inbox, self.report, self.after_commit = (
            settings,
            service,
            inbox,
            report,
            after_commit,
        )
        self.gaps: dict[TopicPartition, float] = {}
        self.topics = sorted({topic for line in inbox.table.values() for topic in line.topics})

    async def run(self) -> None:
        while self.topics:
            try:
                await self.follow()
            except (KafkaError, Unavailable, OSError, TimeoutError) as error:
                metrics.LOOPS.labels("consumer").inc()
                logger.warning("consumer.restarted", error=type(error).__name__)
                await asyncio.sleep(1)

    async def follow(self) -> None:
        wait = self.settings.fetch_wait_ms
        consumer = AIOKafkaConsumer(
            *self.topics,
            bootstrap_servers=self.settings.kafka_bootstrap_servers,
            group_id=self.service,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=wait,
            client_id=f"{self.service}-consumer",
            metadata_max_age_ms=30_000,
        )
        try:
            await topics.create(self.settings.kafka_bootstrap_servers, self.topics)
            await consumer.start()
            await self.report_applied()
            quiet_since = asyncio.get_running_loop().time()
            while True:
                found = await consumer.getmany(timeout_ms=wait * 2, max_records=500)
                for place, records in found.items():
                    await self.take(consumer, place, records)
                await self.ask_again(consumer.assignment())
                quiet_since = await self.look_around(consumer, quiet_since, is_quiet=not found)
        finally:
            with contextlib.suppress(KafkaError, TimeoutError, OSError):
                await asyncio.wait_for(consumer.stop(), 5)

    async def look_around(self, consumer: Any, quiet_since: float, *, is_quiet: bool) -> float:
        """The net behind a broker that lost its memory while we were connected: a topic that came back too narrow is
        mended by beginning anew, and when nothing came for a while the producers are told what was applied here."""
        if any(0 < len(consumer.partitions_for_topic(topic) or ()) < PARTITIONS for topic in self.topics):
            raise UnknownTopicOrPartitionError("A topic is too narrow.")
        now = asyncio.get_running_loop().time()
        if is_quiet and now - quiet_since < REPORT:
            return quiet_since
        if is_quiet:
            await self.report_applied()
        return now

    async def take(self, consumer: Any, place: TopicPartition, records: list[Any]) -> None:
        messages = [message for record in records if (message := readable(record))]
        whole = not messages or await self.inbox.receive(messages)
        faults.hit("consumer.committed")
        self.after_commit()
        if whole:
            self.gaps.pop(place, None)
            await consumer.commit({place: records[-1].offset + 1})
        else:
            self.gaps.setdefault(place, 0.0)

    async def ask_again(self, ours: set[TopicPartition]) -> None:
        """Ask for what lies in the gaps, for those partitions only, and again every few seconds until it has come."""
        now = asyncio.get_running_loop().time()
        self.gaps = {place: at for place, at in self.gaps.items() if place in ours}
        asked = {place for place, at in self.gaps.items() if at <= now}
        if asked:
            self.gaps |= dict.fromkeys(asked, now + ASK_AGAIN)
            await self.report_applied(asked)

    async def report_applied(self, only: set[TopicPartition] | None = None) -> None:
        """Tell each producer what was applied here; it sends again what lies beyond and did not come (decision 11)."""
        async with self.inbox.database.transaction(Principal.system(self.service)) as tx:
            rows = await tx._driver.fetch(
                "SELECT topic, part, position FROM applied WHERE topic = ANY ($1)", self.topics
            )
        known = {(row["topic"], row["part"]): row["position"] for row in rows}
        for topic in self.topics:
            parts = [p for p in range(PARTITIONS) if only is None or TopicPartition(topic, p) in only]
            if parts:
                with contextlib.suppress(AppError):
                    await self.report(topic, {part: known.get((topic, part), 0) for part in parts})

    async def sweep(self) -> None:
        """Take up what became ready: at once when something was supplied here, every few seconds as the net."""
        relay = Database(self.settings, self.service, self.inbox.database.clock, "relay", 1)
        net = 0.0
        try:
            while True:
                found = await self.sweep_once(relay, READY)
                if (now := asyncio.get_running_loop().time()) >= net:
                    net = now + SWEEP
                    await self.sweep_once(relay, NET)
                await asyncio.sleep(0.2 if found else 0.5)
        finally:
            await relay.close()

    async def sweep_once(self, relay: Database, which: str) -> int:
        """Take up what is found. One that cannot be taken up now keeps none of the others waiting."""
        async with relay.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            found = await driver.fetch(which)
        for row in found:
            try:
                await self.inbox.take_up(row["agency_id"], row["topic"], row["aggregate_id"])
            except Exception as error:
                metrics.LOOPS.labels("sweep").inc()
                logger.warning("sweep.failed", topic=row["topic"], error=type(error).__name__)
            self.after_commit()
        return len(found)


def readable(record: "ConsumerRecord[bytes, bytes]") -> Message | None:
    """A record that no relay of ours wrote is passed over: were it ours after all, the gap behind it would show."""
    try:
        return Message.of(record)
    except ValueError as error:
        logger.error("consumer.unreadable", topic=record.topic, part=record.partition, error=type(error).__name__)
        return None
