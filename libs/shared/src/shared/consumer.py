"""Follows the topics that a service's handlers need, and hands what comes to the inbox (decisions 10 to 13).

Where a partition is read from stands in the service's own database, in the transaction of the effect; the broker
keeps nothing for us. What comes again falls to the applied position and the inbox.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

from shared import faults, gauges, metrics, problems, topics
from shared.db import Database
from shared.errors import AppError, Unavailable
from shared.inbox import Inbox, On, TooManyParked, handlers, on
from shared.kafka import kafka_options
from shared.lanes import Lanes
from shared.log import logger
from shared.message import Message
from shared.settings import ServiceSettings
from shared.waking import rest

PARTITIONS = topics.PARTITIONS
AT_ONCE = 3
SWEEP = 5.0
AT_LEAST = 0.2
MEASURE = 5.0
ASK_AGAIN = 5.0
TELL_AGAIN = 1.0
REPORT, REPORT_AT_REST = 20.0, 300.0
STUCK = 15.0
LOOK, LOOK_AT_REST = 2.0, 5.0
ROUND, AT_MOST = 1000, 1000  # milliseconds; records held at once
IDLE_AFTER, IDLE_WAIT = 10.0, 1000
PATIENCE = 60.0
READY = "SELECT DISTINCT agency_id, topic, aggregate_id FROM parked WHERE state = 'ready' LIMIT 100"
NET = "SELECT agency_id, topic, aggregate_id FROM parked WHERE state = 'waiting' ORDER BY random() LIMIT 20"
POSITIONS = "SELECT topic, part, position, next_offset FROM applied WHERE topic = ANY ($1)"
LOST = (KafkaError, Unavailable, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
Report = Callable[[str, dict[int, int]], Awaitable[None]]


class ConsumerStuck(TimeoutError):
    """There is something to read and nothing comes: a fresh client is needed (aiokafka issue 1154)."""


class LogLost(KafkaError):  # type: ignore[misc]
    """The broker's log ends earlier than it did: it lost its memory (decision 11)."""


class Consumer:
    """One worker's reading of the topics: its lanes, its gaps, its watchdog."""

    def __init__(
        self,
        settings: ServiceSettings,
        service: str,
        inbox: Inbox,
        report: Report,
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
        self.ends: dict[TopicPartition, int] = {}
        self.topics = sorted({topic for line in inbox.table.values() for topic in line.topics})
        self.slots = asyncio.Semaphore(AT_ONCE)
        self.moved = self.told = self.looked = self.measured = self.busy = 0.0
        self.wake = asyncio.Event()

    @property
    def age(self) -> float | None:
        """Seconds since it last had all that there was, or something came; None while it does not read."""
        return asyncio.get_running_loop().time() - self.moved if self.moved else None

    async def run(self) -> None:
        """Follow for ever; begin anew after a failure; stop for good when too much was refused in a row."""
        while self.topics:
            try:
                await self.follow()
            except TooManyParked:
                metrics.STOPPED.set(1)
                logger.error("consumer.stopped", reason="Too many events in a row were refused.")
                return
            except LOST as error:
                metrics.LOOPS.labels("consumer").inc()
                logger.warning("consumer.restarted", error=type(error).__name__)
                await asyncio.sleep(random.uniform(0.3, 1))

    async def follow(self) -> None:
        async with self.lanes() as lanes, self.client() as consumer:
            self.moved = self.told = self.busy = asyncio.get_running_loop().time()
            while True:
                if await lanes.settle():
                    await self.assign(consumer, lanes.mine)
                await self.round(consumer)

    async def round(self, consumer: Any) -> None:
        """What came, each partition a transaction of its own, a few side by side."""
        if not consumer.assignment():
            await asyncio.sleep(ROUND / 1000)
            return
        async with asyncio.timeout(STUCK):
            found = await consumer.getmany(timeout_ms=ROUND, max_records=AT_MOST)
        taken = await asyncio.gather(*(self.take(*one) for one in found.items()), return_exceptions=True)
        for failed in filter(None, taken):
            raise failed
        await self.ask_again(consumer.assignment())
        await self.look_around(consumer, is_quiet=not found)

    @contextlib.asynccontextmanager
    async def lanes(self) -> AsyncIterator[Lanes]:
        name = {"application_name": f"{self.service}-lanes"}
        connection = await asyncpg.connect(self.settings.dsn("app"), command_timeout=30, server_settings=name)
        try:
            found = Lanes(connection, PARTITIONS)
            await found.join()
            yield found
        finally:
            connection.terminate()

    @contextlib.asynccontextmanager
    async def client(self) -> AsyncIterator[Any]:
        access = kafka_options(self.settings)
        consumer = AIOKafkaConsumer(
            **access,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=self.settings.fetch_wait_ms,
            client_id=f"{self.service}-consumer",
            metadata_max_age_ms=30_000,
        )
        try:
            await topics.create(names=self.topics, replicas=self.settings.kafka_replication, **access)
            await consumer.start()
            yield consumer
        finally:
            await stopped(consumer)

    async def assign(self, consumer: Any, lanes: set[int]) -> None:
        """Read our lanes from where their effects stand; from the log's last batch where it does not reach so far (the
        embedded broker tells that batch's first record as the last): a gap shows what else is missing."""
        places = [TopicPartition(topic, lane) for topic in self.topics for lane in sorted(lanes)]
        consumer.assign(places)
        known = await self.positions()
        async with asyncio.timeout(STUCK):
            self.ends = await consumer.end_offsets(places) if places else {}
        for place in places:
            offset, end = known.get(place, (0, 0))[1], self.ends[place]
            consumer.seek(place, offset if offset <= end else max(end - 1, 0))
        await self.report_applied(set(places))

    async def positions(self) -> dict[TopicPartition, tuple[int, int]]:
        """Position applied and offset to read next, of each partition."""
        async with self.inbox.database.transaction(self.inbox.system) as tx:
            rows = await tx._driver.fetch(POSITIONS, self.topics)
        return {TopicPartition(row["topic"], row["part"]): (row["position"], row["next_offset"]) for row in rows}

    async def take(self, place: TopicPartition, records: Any) -> None:
        async with self.slots:
            messages = [message for record in records if (message := readable(record))]
            whole = not messages or await self.patiently(messages)
            faults.hit("consumer.committed")
        self.after_commit()
        if whole:
            self.gaps.pop(place, None)
        else:
            self.gaps.setdefault(place, 0.0)

    async def patiently(self, messages: list[Message]) -> bool:
        """What is unavailable just now (a deadlock, a database that restarts) is tried again for a minute."""
        loop, delay = asyncio.get_running_loop(), 0.02
        deadline = loop.time() + PATIENCE
        while True:
            try:
                return await self.inbox.receive(messages)
            except Exception as error:
                known = problems.translate(error)
                if isinstance(known, TooManyParked) or not isinstance(known, Unavailable) or loop.time() > deadline:
                    raise
                metrics.LOOPS.labels("batch").inc()
            await asyncio.sleep(random.uniform(0, delay))
            delay = min(delay * 2, 2.0)

    async def look_around(self, consumer: Any, *, is_quiet: bool) -> None:
        """The net behind a broker that lost its memory or a client that is stuck: a topic that came back too narrow is
        mended by beginning anew, and when nothing came for a while we look whether there is something to read, and
        the producers are told what was applied here."""
        if any(0 < len(consumer.partitions_for_topic(topic) or ()) < PARTITIONS for topic in self.topics):
            raise UnknownTopicOrPartitionError("A topic is too narrow.")
        now = asyncio.get_running_loop().time()
        if not is_quiet:
            self.moved = self.told = self.busy = now
            metrics.PROGRESS.set_to_current_time()
        is_at_rest = now - self.busy > IDLE_AFTER
        if is_quiet and now - self.looked > (LOOK_AT_REST if is_at_rest else LOOK):
            self.looked = now
            await self.compare_ends(consumer, now)
        pace(consumer, IDLE_WAIT if is_at_rest else self.settings.fetch_wait_ms)
        if now - self.measured > MEASURE:
            self.measured = now
            await self.tell_lag(consumer)
        if is_quiet and now - self.told > report_after(self.told - self.busy):
            await self.report_applied(consumer.assignment())
            self.told = now

    async def tell_lag(self, consumer: Any) -> None:
        """Records that the broker holds beyond what took effect here; an open gap is one at least."""
        behind = {(place.topic, place.partition): 1 for place in self.gaps}
        for place in consumer.assignment():
            end = consumer.highwater(place) or 0
            if (more := end - await consumer.position(place)) > 0:
                behind[place.topic, place.partition] = more
        gauges.set_lag(self.topics, behind)

    async def compare_ends(self, consumer: Any, now: float) -> None:
        """Nothing came: right when there is nothing, wrong for long when there is more, and always when the log ends
        earlier than it did. TimeoutError when not even that is answered."""
        async with asyncio.timeout(STUCK):
            ends = await consumer.end_offsets(list(consumer.assignment()))
        if any(end < self.ends.get(place, 0) for place, end in ends.items()):
            raise LogLost("The log ends earlier than it did.")
        self.ends, ahead = ends, [end - await consumer.position(place) for place, end in ends.items()]
        if max(ahead, default=0) > 0 and now - self.moved > STUCK:
            raise ConsumerStuck("Nothing came for long, and there is more.")
        if max(ahead, default=0) <= 0:
            self.moved = now
            metrics.PROGRESS.set_to_current_time()

    async def ask_again(self, ours: set[TopicPartition]) -> None:
        """Ask for what lies in the gaps, for those partitions only, and again every few seconds until it has come."""
        now = asyncio.get_running_loop().time()
        self.gaps = {place: at for place, at in self.gaps.items() if place in ours}
        asked = {place for place, at in self.gaps.items() if at <= now}
        if asked:
            self.gaps |= dict.fromkeys(asked, now + ASK_AGAIN)
            await self.report_applied(asked)

    async def report_applied(self, places: set[TopicPartition]) -> None:
        """Tell each producer what was applied here; it sends again what lies beyond and did not come (decision 11).
        One that is away is told when it is back."""
        known = await self.positions()
        for topic in sorted({place.topic for place in places}):
            parts = sorted(place.partition for place in places if place.topic == topic)
            try:
                await self.report(topic, {part: known.get(TopicPartition(topic, part), (0, 0))[0] for part in parts})
            except AppError:
                again = asyncio.get_running_loop().time() + TELL_AGAIN
                self.gaps |= {TopicPartition(topic, part): again for part in parts}

    async def sweep(self) -> None:
        """Take up what became ready: at once when something was supplied here, every few seconds as the net."""
        relay = Database(self.settings, self.service, self.inbox.database.clock, "relay", 1)
        net = 0.0
        try:
            while True:
                await self.sweep_once(relay, READY)
                if (now := asyncio.get_running_loop().time()) >= net:
                    net = now + SWEEP
                    await self.sweep_once(relay, NET)
                await rest(self.wake, SWEEP, AT_LEAST)
        finally:
            await relay.close()

    async def sweep_once(self, relay: Database, which: str) -> int:
        """Take up what is found. One that cannot be taken up now keeps none of the others waiting."""
        found = await relay.look(which)
        for row in found:
            try:
                await self.inbox.take_up(row["agency_id"], row["topic"], row["aggregate_id"])
            except Exception as error:
                metrics.LOOPS.labels("sweep").inc()
                logger.warning("sweep.failed", topic=row["topic"], error=type(error).__name__)
            self.after_commit()
        return len(found)


async def stopped(consumer: Any) -> None:
    """The client's own end may raise CancelledError (of a task of its own that never ran): ours alone is passed on."""
    try:
        async with asyncio.timeout(5):
            await consumer.stop()
    except (KafkaError, TimeoutError, OSError):
        return
    except asyncio.CancelledError:
        if (ours := asyncio.current_task()) and ours.cancelling():
            raise


def report_after(rested: float) -> float:
    """Seconds until the next report of a reader that had rested so long at its last one: twice as rare each time."""
    return min(max(REPORT, rested), REPORT_AT_REST)


def pace(consumer: Any, wait_ms: int) -> None:
    """How long the broker may hold an answer while there is nothing. Apache Kafka answers when something comes, the
    embedded broker at half of the wait only; a client at rest that asks often costs it a fifth of a core (decision 10).
    The client has no public way to change it (aiokafka 0.14)."""
    consumer._fetcher._fetch_max_wait_ms = wait_ms


def readable(record: "ConsumerRecord[bytes, bytes]") -> Message | None:
    """A record that no relay of ours wrote is passed over: were it ours after all, the gap behind it would show."""
    try:
        return Message.of(record)
    except ValueError as error:
        logger.error("consumer.unreadable", topic=record.topic, part=record.partition, error=type(error).__name__)
        return None


__all__ = ["Consumer", "Inbox", "Message", "On", "handlers", "on", "readable"]
