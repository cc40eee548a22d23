"""Three nodes, two copies in sync: the node that leads is killed under load, and comes back."""

import asyncio
import time
from uuid import uuid4

import psutil
import pytest
import pytest_asyncio
import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer
from bakery.main import LoafBaked
from bakery.models import Loaf
from shared import topics
from shared.auth import Principal
from shared.consumer import Consumer, Inbox, handlers, on
from shared.db import Transaction
from shared.relay import Relay
from shared.run import settings_of
from trellis import kraft

pytestmark = [pytest.mark.kafka, pytest.mark.long]
LOAVES, ROUNDS = 40, 60


@pytest.fixture(scope="module")
def three(kafka, tmp_path_factory):
    with kraft.cluster(kafka, kraft.nodes_in(tmp_path_factory.mktemp("three"), 3)) as found:
        yield found


async def on_numbered(tx: Transaction, event: LoafBaked) -> None:
    """Notes beside the number that was told how many of this loaf had come before: the same, when order was kept."""
    before = await tx.fetch_all(Loaf, sa.select(Loaf).where(Loaf.clinic_id == event.loaf_id))
    kind = f"{event.kind}/{len(before)}"
    await tx.add(Loaf(id=tx.new_id(), kind=kind, clinic_id=event.loaf_id, client_id=event.client_id))


@pytest_asyncio.fixture
async def line(three, database):
    """A relay and a consumer of the bakery."""
    told = {"kafka_bootstrap_servers": three.servers, "kafka_replication": 3, "fetch_wait_ms": 20}
    settings = settings_of("bakery").model_copy(update=told)
    await topics.create(three.servers, ["bakery", "bakery.restricted"], replicas=3)
    relay = Relay(settings, "bakery")

    async def report(topic, applied):
        await asyncio.sleep(0)

    inbox = Inbox(database, "bakery", handlers(on(LoafBaked, on_numbered)))
    consumer = Consumer(settings, "bakery", inbox, report, relay.wake.set)
    tasks = [asyncio.create_task(each.run()) for each in (relay, consumer)]
    yield relay
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def tell(database, agency, relay, number):
    """One event of each loaf, all in one transaction: acknowledged when it returns."""
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        for loaf in LOAF_IDS:
            tx.publish(LoafBaked(loaf_id=loaf, client_id=loaf, kind=str(number)))
    relay.wake.set()


LOAF_IDS = [uuid4() for _ in range(LOAVES)]


async def leader_of_most(servers):
    """The node that leads most partitions of the topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers)
    await consumer.start()
    try:
        await consumer._client.force_metadata_update()
        led = [part.leader for part in consumer._client.cluster._partitions["bakery"].values()]
        return max(set(led), key=led.count)
    finally:
        await consumer.stop()


async def on_the_topic(servers):
    """The ids of all events that the brokers hold."""
    consumer = AIOKafkaConsumer(
        "bakery", bootstrap_servers=servers, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    found = set()
    try:
        while records := await consumer.getmany(timeout_ms=5000):
            found |= {dict(r.headers)["ce_id"].decode() for each in records.values() for r in each}
    finally:
        await consumer.stop()
    return found


async def test_what_was_acknowledged_survives_the_node_that_led(three, line, database, superuser, agency):
    victim = 0
    for number in range(ROUNDS):
        await tell(database, agency, line, number)
        if number == ROUNDS // 3:
            victim = await leader_of_most(three.servers)
            three.kill(victim)
            killed = time.monotonic()
        await asyncio.sleep(0.1)
    wanted, arrived = LOAVES * ROUNDS, "SELECT count(*) FROM loaf WHERE agency_id = $1"
    deadline = time.monotonic() + 120
    while await superuser.fetchval(arrived, agency) < wanted and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
    spent, held = time.monotonic() - killed, psutil.Process().memory_info().rss / 1_000_000
    print(
        f"node {victim} killed; the last of {wanted} effects {spent:.1f} s later; relay and consumer hold {held:.0f} MB"
    )
    assert await superuser.fetchval(arrived, agency) == wanted
    three.start(victim)
    kinds = [row["kind"] for row in await superuser.fetch("SELECT kind FROM loaf WHERE agency_id = $1", agency)]
    assert all(told == before for told, before in (kind.split("/") for kind in kinds))
    told = await superuser.fetch("SELECT event_id::text FROM event_log WHERE agency_id = $1", agency)
    assert {row["event_id"] for row in told} <= await on_the_topic(three.servers)
    assert await superuser.fetchval("SELECT count(*) FROM parked WHERE agency_id = $1", agency) == 0
