"""Outbox → log → broker. The one place that publishes (decisions 9 to 11).

Sequencing moves committed rows into the log in order; publishing follows it by a plain cursor, saved after
the broker's acknowledgement. One relay leads per database, under a session lock on a connection of its own.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared import archive, metrics, topics, wire
from shared.kafka import kafka_options
from shared.log import logger
from shared.settings import ServiceSettings
from shared.term import Deposed, Term, together

LEAD = "SELECT pg_try_advisory_lock(7301)"
TAKE_OFFICE = "UPDATE log_counter SET epoch = epoch + 1 RETURNING epoch"
MAKE_PARTITIONS = "SELECT make_partitions()"
FORGET_KEYS = "DELETE FROM idempotency WHERE kept_at < clock_timestamp() - interval '24 hours'"
FORGET_INBOX = "DELETE FROM inbox WHERE applied_at < clock_timestamp() - make_interval(days => $1)"
SPARE_DAYS = 30  # a consumer may be so far behind the log of another
RETRY = 1.0
HOUSEKEEPING = 3600.0
UNREACHED = 8.0  # a broker that takes connections and never answers must not outlast the lock's session
# A leader asks something every second: the server ends the session, and with it the lock, of one that falls silent.
OF_A_LEADER = {
    "idle_session_timeout": "30000",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


class Relay:
    """Publishes one service's events. `wake` is set by the edge after each commit that told something."""

    def __init__(self, settings: ServiceSettings, service: str) -> None:
        self.settings, self.service, self.wake = settings, service, asyncio.Event()
        self.archive = settings.archive / service if settings.archive else None

    async def run(self) -> None:
        """Lead while the lock is held; begin anew after any failure."""
        while True:
            try:
                async with self.session(OF_A_LEADER) as lock:
                    while not await lock.fetchval(LEAD):
                        await asyncio.sleep(1)
                    await self.lead(lock)
            except (KafkaError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                metrics.LOOPS.labels("relay").inc()
                logger.warning("relay.restarted", error=type(error).__name__)
                await asyncio.sleep(0.5)

    @contextlib.asynccontextmanager
    async def session(self, more: dict[str, str]) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(
            self.settings.dsn("relay"),
            command_timeout=60,
            server_settings={"application_name": f"{self.service}-relay", "timezone": "UTC", "jit": "off", **more},
        )
        try:
            yield connection
        finally:
            connection.terminate()

    async def lead(self, lock: Any) -> None:
        """A term: sequence on the lock's connection, publish on another; both end with it. The cursor alone may be lost
        by the database: what lies behind it is sent again."""
        lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        lock.add_termination_listener(lambda _: None if lost.done() else lost.set_exception(Deposed))
        await lock.add_listener("outbox", lambda *_: self.wake.set())
        await lock.execute(MAKE_PARTITIONS)
        epoch = await lock.fetchval(TAKE_OFFICE)
        async with self.session({"synchronous_commit": "off"}) as other:
            await together(self.serve(Term(self.wake, lock, other, epoch, self.archive)), self.keep_house(), lost)

    async def serve(self, term: Term) -> None:
        """Follow the outbox on a producer; on a new one when the broker failed."""
        while True:
            try:
                async with asyncio.timeout(UNREACHED):
                    await self.create_topics()
                async with self.connected() as producer:
                    await term.follow(producer)
            except (KafkaError, TimeoutError) as error:
                metrics.LOOPS.labels("relay").inc()
                logger.warning("relay.broker", error=type(error).__name__)
                await term.look()
                await asyncio.sleep(RETRY)

    async def create_topics(self) -> None:
        names, replicas = [self.service, f"{self.service}.restricted"], self.settings.kafka_replication
        await topics.create(names=names, replicas=replicas, **kafka_options(self.settings))

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(
            **kafka_options(self.settings),
            acks="all",
            linger_ms=0,
            max_batch_size=wire.LARGEST_BATCH,
            request_timeout_ms=10_000,
            client_id=f"{self.service}-relay",
        )
        try:
            async with asyncio.timeout(UNREACHED):
                await producer.start()
            yield producer
        finally:
            with contextlib.suppress(KafkaError, TimeoutError, OSError):
                async with asyncio.timeout(5):
                    await producer.stop()

    async def keep_house(self) -> None:
        while True:
            async with self.session({}) as connection:
                await connection.execute(MAKE_PARTITIONS)
                await connection.execute(FORGET_KEYS)
                if self.archive:
                    await archive.keep(connection, self.archive, self.settings.log_days)
                await connection.execute(FORGET_INBOX, self.settings.log_days + SPARE_DAYS)
            await asyncio.sleep(HOUSEKEEPING)
