"""One part of `make bench-events` in a process of its own: it is told what to do line by line, in JSON.

`SERVICE` and its settings stand in the environment, as for the service itself; the bare client needs none.
"""

import asyncio
import contextlib
import importlib
import json
import os
import random
import sys
import time
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import structlog
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from shared import topics, wire
from shared.auth import Principal
from shared.clock import Clock
from shared.consumer import Consumer
from shared.contracts.intake import ClientRegistered
from shared.db import Database
from shared.inbox import Inbox
from shared.relay import Relay
from shared.run import package_of, settings_of
from shared.worker import handlers_of

FLOOR = "bench-floor"
# Events as the services tell them, put into the outbox as if they had been told one by one.
FILL = """INSERT INTO outbox (agency_id, event_id, type, topic, key, aggregate_id, sequence, time, correlation,
  causation, actor, data) SELECT $1, uuidv7(), $2, $3, x.client, x.id, 1, clock_timestamp(),
  gen_random_uuid(), NULL, gen_random_uuid(), {data} FROM (SELECT gen_random_uuid() AS id,
  md5((g % 500)::text)::uuid AS client FROM generate_series(1, $4::int) g) x"""
CARE_TEAM = """jsonb_build_object('membership_id', x.id, 'client_id', x.client, 'member_id', gen_random_uuid(),
  'role', 'therapist', 'since', clock_timestamp(), 'until', NULL)"""
CLIENT = "jsonb_build_object('client_id', x.id, 'clinic_id', x.client, 'age_band', 'adult')"
KINDS = {
    "projections": ("care_team.changed.v1", CARE_TEAM),
    "records": ("client.registered.v1", CLIENT),
}
UNPUBLISHED = "SELECT position - published + (SELECT count(*) FROM outbox) FROM log_counter"
READY_MADE = wire.selected("event_log ORDER BY position DESC LIMIT $1")


class Part:
    """What every part has: settings, a superuser's session to look with, tasks that run beside."""

    def __init__(self) -> None:
        self.service = os.environ["SERVICE"]
        self.settings = settings_of(self.service)
        self.beside: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        self.database = Database(self.settings, self.service, Clock())
        self.look = await asyncpg.connect(os.environ["BENCH_DATABASE_URL"])

    async def stop(self) -> None:
        while self.beside:
            for task in self.beside:
                task.cancel()
            _, left = await asyncio.wait(self.beside, timeout=1)
            self.beside = list(left)


class Teller(Part):
    """Commits events and relays them, as a service's process does."""

    async def open(self) -> None:
        await super().open()
        self.relay = Relay(self.settings, self.service)
        epoch = await self.look.fetchval("SELECT epoch FROM log_counter")
        self.running = asyncio.create_task(self.relay.run())
        while await self.look.fetchval("SELECT epoch FROM log_counter") == epoch:
            await asyncio.sleep(0.1)
        await self.drained()

    async def tell(self, agency: str, rate: float, seconds: float, seed: int) -> dict[str, Any]:
        """Commit one client after another, at random moments, as often on average as asked."""
        chance, told, system = random.Random(seed), 0, Principal.system(self.service, agency_id=UUID(agency))
        ends = time.perf_counter() + seconds
        while time.perf_counter() < ends:
            await asyncio.sleep(chance.expovariate(rate))
            async with self.database.transaction(system) as tx:
                tx.publish(ClientRegistered(client_id=uuid4(), clinic_id=uuid4(), age_band="adult"))
            self.relay.wake.set()
            told += 1
        await self.drained()
        return {"told": told}

    async def drain(self, agency: str, kind: str, rows: int) -> dict[str, Any]:
        """Rows a second from the committed outbox to the saved cursor: sequencing, publishing, acknowledgement."""
        name, data = KINDS[kind]
        await self.look.execute("CHECKPOINT")
        await self.look.execute(FILL.format(data=data), UUID(agency), name, self.service, rows)
        began, cpu = time.perf_counter(), time.process_time()
        self.relay.wake.set()
        await self.drained()
        return {"rate": rows / (time.perf_counter() - began), "cpu": (time.process_time() - cpu) / rows}

    async def drained(self) -> None:
        while await self.look.fetchval(UNPUBLISHED):
            await asyncio.sleep(0.005)

    async def floor(self, rows: int) -> dict[str, Any]:
        """The bare client: send_batch of the same bytes, keys, values and headers ready-made."""
        await topics.create(self.settings.kafka_bootstrap_servers, [FLOOR])
        ready: dict[int, list[Any]] = {}
        found = await self.look.fetch(READY_MADE, rows)
        if len(found) < rows:
            raise LookupError("The log holds fewer rows than are to be sent: drain first.")
        for _, _, part, key, value, said in found:
            ready.setdefault(part, []).append((key, value, wire.headers(said)))
        async with producer(self.settings.kafka_bootstrap_servers) as sender:
            await sender.partitions_for(FLOOR)
            began, cpu = time.perf_counter(), time.process_time()
            await asyncio.gather(*(send(sender, part, found) for part, found in ready.items()))
            return {"rate": rows / (time.perf_counter() - began), "cpu": (time.process_time() - cpu) / rows}


class Applier(Part):
    """Takes events in, as a service's process does, until told to stop."""

    async def apply(self) -> dict[str, Any]:
        work = importlib.import_module(f"{package_of(self.service)}.main").app.state.work
        inbox = Inbox(self.database, self.service, handlers_of(work))
        consumer = Consumer(self.settings, self.service, inbox, nobody_asks, lambda: None)
        self.beside.append(asyncio.create_task(consumer.run()))
        return {}

    async def rest(self) -> dict[str, Any]:
        await self.stop()
        return {}


class Bare:
    """aiokafka alone: one message after another from send to receipt, at random moments."""

    async def open(self) -> None:
        self.servers, self.wait = os.environ["KAFKA_BOOTSTRAP_SERVERS"], int(os.environ["TRELLIS_FETCH_WAIT_MS"])
        await topics.create(self.servers, [FLOOR])

    async def trip(self, rate: float, seconds: float, seed: int, headers: int, size: int) -> dict[str, Any]:
        chance, sent, found = random.Random(seed), dict[bytes, float](), list[float]()
        consumer = AIOKafkaConsumer(bootstrap_servers=self.servers, fetch_max_wait_ms=self.wait)
        await consumer.start()
        consumer.assign([TopicPartition(FLOOR, part) for part in range(topics.PARTITIONS)])
        await consumer.seek_to_end()
        said = [(f"ce_name{n}", b"x" * 36) for n in range(headers)]
        reading = asyncio.create_task(read(consumer, sent, found))
        async with producer(self.servers) as sender:
            ends = time.perf_counter() + seconds
            while time.perf_counter() < ends:
                await asyncio.sleep(chance.expovariate(rate))
                key = uuid4().bytes
                sent[key] = time.perf_counter()
                part = chance.randrange(topics.PARTITIONS)
                await sender.send(FLOOR, b"x" * size, key=key, partition=part, headers=said)
            for _ in range(200):
                if len(found) == len(sent):
                    break
                await asyncio.sleep(0.01)
        reading.cancel()
        await consumer.stop()
        return {"trips": found, "lost": len(sent) - len(found)}


async def read(consumer: Any, sent: dict[bytes, float], found: list[float]) -> None:
    while True:
        for records in (await consumer.getmany(timeout_ms=1000)).values():
            now = time.perf_counter()
            found.extend(now - sent[record.key] for record in records if record.key in sent)


@contextlib.asynccontextmanager
async def producer(servers: str) -> Any:
    made = AIOKafkaProducer(
        bootstrap_servers=servers, acks="all", linger_ms=0, max_batch_size=wire.LARGEST_BATCH, client_id="bench"
    )
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


async def send(sender: AIOKafkaProducer, part: int, rows: list[Any]) -> None:
    batch = sender.create_batch()
    for key, value, said in rows:
        if batch.append(timestamp=None, key=key, value=value, headers=said) is None:
            await (await sender.send_batch(batch, FLOOR, partition=part))
            batch = sender.create_batch()
            batch.append(timestamp=None, key=key, value=value, headers=said)
    await (await sender.send_batch(batch, FLOOR, partition=part))


async def nobody_asks(topic: str, applied: dict[int, int]) -> None:
    """Nothing is sent again here: an event that went missing shows in the counts."""


async def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    part: Any = {"teller": Teller, "applier": Applier, "bare": Bare}[sys.argv[1]]()
    await part.open()
    print(json.dumps({"ready": True}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        task = json.loads(line)
        print(json.dumps(await getattr(part, task.pop("do"))(**task)), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
