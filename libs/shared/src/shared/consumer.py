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
from aiokafka.errors import KafkaError

from shared import metrics, problems
from shared.auth import Principal
from shared.db import Database, Transaction
from shared.errors import AppError, Early, Unavailable
from shared.events import Envelope, Event
from shared.log import logger
from shared.settings import ServiceSettings

Handler = Callable[[Transaction, Any], Awaitable[None]]
PARTITIONS = 12
PARKED_IN_A_ROW = 20
SWEEP = 5.0


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
    "SELECT topic, aggregate_id FROM blocked WHERE agency_id = $1 AND topic = $2 AND aggregate_id = ANY ($3) FOR SHARE"
)
APPLIED = "SELECT position FROM applied WHERE topic = $1 AND part = $2 FOR UPDATE"
ADVANCE = """INSERT INTO applied (topic, part, position) VALUES ($1, $2, $3)
ON CONFLICT (topic, part) DO UPDATE SET position = greatest(applied.position, excluded.position)"""
SEEN = "INSERT INTO inbox (agency_id, event_id, type, key) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
PARK = """INSERT INTO parked
  (agency_id, event_id, topic, aggregate_id, position, type, state, missing, reason, envelope, data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"""
BLOCK = "INSERT INTO blocked (agency_id, topic, aggregate_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
UNBLOCK = "DELETE FROM blocked WHERE agency_id = $1 AND topic = $2 AND aggregate_id = $3"
READY = """SELECT DISTINCT agency_id, topic, aggregate_id FROM parked WHERE state = 'ready' LIMIT 100"""
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
        system = Principal.system(self.service)
        async with self.database.transaction(system) as tx:
            done = await tx._driver.fetchval(APPLIED, topic, part) or 0
            fresh = [m for m in messages if m.envelope.position > done]
            metrics.REPEATED.labels(topic).inc(len(messages) - len(fresh))
            known = done
            for message in fresh:
                if message.envelope.prev > known:
                    metrics.GAPS.labels(topic).inc()
                    logger.warning("consumer.gap", topic=topic, part=part, position=message.envelope.position)
                    break
                await self.apply(tx, message)
                known = max(known, message.envelope.position)
            if known > done:
                await tx._driver.execute(ADVANCE, topic, part, known)
        if self.parked_in_a_row > PARKED_IN_A_ROW:
            raise Unavailable("Too many events in a row were refused: the consumer stops.")
        return known >= messages[-1].envelope.position

    async def apply(self, tx: Transaction, message: Message) -> None:
        """One event: queue it behind a parked one, or run its handler once inside a savepoint."""
        envelope = message.envelope
        if envelope.type not in self.table:
            return
        await act_for(tx, self.service, envelope)
        behind = await tx._driver.fetch(LOCK_BLOCKED, envelope.agency, envelope.topic, [envelope.subject])
        if behind:
            await self.park(tx, message, "queued")
            return
        if await self.once(tx, message):
            self.parked_in_a_row = 0

    async def once(self, tx: Transaction, message: Message, *, retried: bool = False) -> bool:
        """True when the effect stands (now or before). Early is tried again under the lock of what is missing."""
        envelope = message.envelope
        try:
            await self.run(tx, message)
            return True
        except Early as early:
            await tx._driver.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 13))", f"{envelope.agency}:{early.name}"
            )
            try:
                await self.run(tx, message)
                return True
            except Early as still:
                await self.set_aside(tx, message, "waiting", missing=still.name, retried=retried)
                metrics.WAITING.labels(envelope.topic, envelope.type).inc()
        except (Unavailable, ConnectionError):
            raise
        except Exception as error:
            if isinstance(problems.translate(error), Unavailable):
                raise
            self.parked_in_a_row += 1
            code = error.code if isinstance(error, AppError) else problems.sqlstate(error) or type(error).__name__
            logger.error(
                "event.parked", type=envelope.type, event_id=str(envelope.id), reason=code, topic=envelope.topic
            )
            await self.set_aside(tx, message, "parked", reason=code, retried=retried)
            metrics.PARKED.labels(envelope.topic, envelope.type).inc()
        return False

    async def run(self, tx: Transaction, message: Message) -> None:
        """Inbox row and effect, both or none, in a savepoint."""
        envelope, line = message.envelope, self.table[message.envelope.type]
        audits, events, made = list(tx.audits), list(tx.events), dict(tx.made)
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
            tx.audits, tx.events, tx.made = audits, events, made
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
            await consumer.start()
            await self.report_applied()
            while True:
                found = await consumer.getmany(timeout_ms=wait * 2, max_records=500)
                for place, records in found.items():
                    await self.take(consumer, place, records)
        finally:
            with contextlib.suppress(KafkaError, TimeoutError, OSError):
                await asyncio.wait_for(consumer.stop(), 5)

    async def take(self, consumer: Any, place: TopicPartition, records: list[Any]) -> None:
        whole = await self.inbox.receive([Message.of(record) for record in records])
        self.after_commit()
        if whole:
            await consumer.commit({place: records[-1].offset + 1})
        else:
            await self.report_applied()

    async def report_applied(self) -> None:
        """Tell each producer what was applied here; it sends again what lies beyond and did not come (decision 11)."""
        async with self.inbox.database.transaction(Principal.system(self.service)) as tx:
            rows = await tx._driver.fetch(
                "SELECT topic, part, position FROM applied WHERE topic = ANY ($1)", self.topics
            )
        for topic in self.topics:
            parts = dict.fromkeys(range(PARTITIONS), 0) | {
                row["part"]: row["position"] for row in rows if row["topic"] == topic
            }
            with contextlib.suppress(Unavailable):
                await self.report(topic, parts)

    async def sweep(self) -> None:
        """Take up what became ready: at once when something was supplied here, every few seconds as the net."""
        relay = Database(self.settings, self.service, self.inbox.database.clock, "relay", 1)
        while True:
            async with relay.engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                ready = await driver.fetch(READY)
            for row in ready:
                await self.inbox.take_up(row["agency_id"], row["topic"], row["aggregate_id"])
                self.after_commit()
            await asyncio.sleep(0.2 if ready else 0.5)
