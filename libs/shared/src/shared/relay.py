"""Outbox → log → broker. The one place that publishes (decisions 9 to 11).

Sequencing moves committed rows into the log in order; publishing follows it by a plain cursor, saved after
the broker's acknowledgement. One relay leads per database, under a session lock on a connection of its own.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from shared import faults, metrics, topics
from shared.log import logger
from shared.settings import ServiceSettings

LEAD = "SELECT pg_try_advisory_lock(7301)"
SEQUENCER_LOCK = "SELECT pg_advisory_xact_lock(7302)"
UNSENT = (
    """SELECT l.* FROM event_log l WHERE position > (SELECT published FROM log_counter) ORDER BY position LIMIT $1"""
)
AGAIN = """SELECT * FROM event_log WHERE topic = $1 AND part = $2 AND position > $3
AND position <= (SELECT published FROM log_counter) ORDER BY position LIMIT $4"""
FORGET_KEYS = "DELETE FROM idempotency WHERE kept_at < clock_timestamp() - interval '24 hours'"
BACKLOG = "SELECT position - published FROM log_counter"
BATCH = 2000
POLL = 1.0
Published = Callable[[], Awaitable[None]]


class Relay:
    """Publishes one service's events. `wake` is set by the edge after each commit that told something."""

    def __init__(self, settings: ServiceSettings, service: str) -> None:
        self.settings, self.service, self.wake = settings, service, asyncio.Event()
        self.producer: AIOKafkaProducer | None = None

    async def run(self) -> None:
        """Lead while the lock is held; begin anew after any failure."""
        while True:
            try:
                await self.lead()
            except (KafkaError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                metrics.LOOPS.labels("relay").inc()
                logger.warning("relay.restarted", error=type(error).__name__)
                await asyncio.sleep(0.5)

    async def lead(self) -> None:
        connection = await asyncpg.connect(
            self.settings.dsn("relay"),
            command_timeout=60,
            server_settings={"application_name": f"{self.service}-relay"},
        )
        try:
            while not await connection.fetchval(LEAD):
                await asyncio.sleep(1)
            await connection.execute("SELECT make_partitions()")
            await connection.add_listener("outbox", lambda *_: self.wake.set())
            await topics.create(self.settings.kafka_bootstrap_servers, [self.service, f"{self.service}.restricted"])
            async with self.connected() as producer:
                await self.follow(connection, producer)
        finally:
            connection.terminate()

    @contextlib.asynccontextmanager
    async def connected(self) -> Any:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.settings.kafka_bootstrap_servers,
            acks="all",
            linger_ms=0,
            request_timeout_ms=10_000,
            client_id=f"{self.service}-relay",
        )
        await producer.start()
        try:
            yield producer
        finally:
            with contextlib.suppress(KafkaError, TimeoutError, OSError):
                await asyncio.wait_for(producer.stop(), 5)

    async def follow(self, connection: Any, producer: AIOKafkaProducer) -> None:
        rounds = 0
        while True:
            self.wake.clear()
            moved = await self.sequence(connection)
            sent = await self.publish(connection, producer)
            again = await self.republish(connection, producer)
            rounds += 1
            if rounds % 3600 == 0:
                await connection.execute("SELECT make_partitions()")
                await connection.execute(FORGET_KEYS)
            if not (moved or sent or again):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), POLL)

    async def sequence(self, connection: Any) -> int:
        """Move committed rows into the log. The lock is one statement, the move the next: its snapshot is newer."""
        async with connection.transaction():
            await connection.execute(SEQUENCER_LOCK)
            moved: int = await connection.fetchval("SELECT sequence_outbox($1)", BATCH)
        faults.hit("relay.sequenced")
        metrics.SEQUENCED.inc(moved)
        return moved

    async def publish(self, connection: Any, producer: AIOKafkaProducer) -> int:
        """Send what follows the cursor, a batch per partition; save the cursor when all were acknowledged."""
        rows = await connection.fetch(UNSENT, BATCH)
        if rows:
            await self.send(producer, rows)
            faults.hit("relay.acked")
            await connection.execute("UPDATE log_counter SET published = $1", rows[-1]["position"])
        metrics.BACKLOG.set(await connection.fetchval(BACKLOG))
        return len(rows)

    async def republish(self, connection: Any, producer: AIOKafkaProducer) -> int:
        """Send again what consumers say they never got (decision 11); what is asked meanwhile, in the next round."""
        asked = await connection.fetch(
            "SELECT array_agg(id) AS ids, topic, part, min(after) AS after FROM republish GROUP BY topic, part"
        )
        for ask in asked:
            after = ask["after"]
            while rows := await connection.fetch(AGAIN, ask["topic"], ask["part"], after, BATCH):
                await self.send(producer, rows)
                after = rows[-1]["position"]
            await connection.execute("DELETE FROM republish WHERE id = ANY ($1)", ask["ids"])
        return len(asked)

    async def send(self, producer: AIOKafkaProducer, rows: list[Any]) -> None:
        by_place: dict[tuple[str, int], list[Any]] = {}
        for row in rows:
            by_place.setdefault((row["topic"], row["part"]), []).append(row)
        await asyncio.gather(
            *(self.send_partition(producer, TopicPartition(*place), found) for place, found in by_place.items())
        )

    async def send_partition(self, producer: AIOKafkaProducer, place: TopicPartition, rows: list[Any]) -> None:
        """In order, one batch in flight; a failure stops here and the cursor stays."""
        batch = producer.create_batch()
        for row in rows:
            if not appended(batch, row):
                await (await producer.send_batch(batch, place.topic, partition=place.partition))
                batch = producer.create_batch()
                appended(batch, row)
        await (await producer.send_batch(batch, place.topic, partition=place.partition))
        metrics.PUBLISHED.labels(place.topic).inc(len(rows))


def appended(batch: Any, row: Any) -> bool:
    key, value = row["key"].encode(), row["data"].encode()
    return batch.append(key=key, value=value, timestamp=None, headers=headers(row)) is not None


def headers(row: Any) -> list[tuple[str, bytes]]:
    """CloudEvents attributes, binary content mode of its Kafka binding."""
    said = {
        "ce_specversion": "1.0",
        "ce_id": row["event_id"],
        "ce_type": row["type"],
        "ce_source": f"/{row['topic'].split('.')[0]}",
        "ce_subject": row["aggregate_id"],
        "ce_time": row["time"].isoformat(),
        "ce_agency": row["agency_id"],
        "ce_sequence": row["sequence"],
        "ce_position": row["position"],
        "ce_prev": row["prev"],
        "ce_correlation": row["correlation"],
        "ce_causation": row["causation"],
        "ce_actor": row["actor"],
        "content-type": "application/json",
    }
    return [(name, str(value).encode()) for name, value in said.items() if value is not None]
