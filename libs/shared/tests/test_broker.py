"""Through a real broker: told in one transaction, applied in another, once; what the broker forgot is sent again."""

import asyncio
from uuid import uuid4

import pytest_asyncio
from aiokafka import TopicPartition
from bakery.main import LoafBaked, app
from prometheus_client import REGISTRY
from shared import consumer as consuming
from shared import topics
from shared.auth import Principal
from shared.consumer import Consumer, Inbox, report_after
from shared.internal import ASK_AGAIN
from shared.relay import Relay
from shared.run import settings_of
from shared.worker import handlers_of


class Line:
    """A relay and a consumer of the bakery on a real broker."""

    def __init__(self, database, broker):
        settings = settings_of("bakery").model_copy(update={"kafka_bootstrap_servers": broker, "fetch_wait_ms": 20})
        self.settings, self.relay, self.reports = settings, Relay(settings, "bakery"), []
        self.database = database
        inbox = Inbox(database, "bakery", {"loaf.baked.v1": handlers_of(app.state.work)["loaf.baked.v1"]})
        self.consumer = Consumer(settings, "bakery", inbox, self.report, self.relay.wake.set)

    async def report(self, topic, applied):
        """What the producer's internal route does with it."""
        self.reports.append(applied)
        async with self.database.transaction(Principal.system("bakery")) as tx:
            await tx.run(ASK_AGAIN, topic=topic, parts=list(applied), positions=list(applied.values()))
        self.relay.wake.set()


@pytest_asyncio.fixture
async def line(database, broker):
    found = Line(database, broker)
    await topics.create(broker, ["bakery"], replicas=found.settings.kafka_replication)
    tasks = [asyncio.create_task(found.relay.run()), asyncio.create_task(found.consumer.run())]
    yield found
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def eventually(superuser, question, *values, wanted):
    for _ in range(200):
        if await superuser.fetchval(question, *values) == wanted:
            return
        await asyncio.sleep(0.05)
    assert await superuser.fetchval(question, *values) == wanted


async def test_a_hundred_events_take_effect_once_each_and_not_again_when_sent_again(line, database, superuser, agency):
    for _ in range(10):
        async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
            for _ in range(10):
                loaf = uuid4()
                tx.publish(LoafBaked(loaf_id=loaf, client_id=uuid4(), kind="rye"))
        line.relay.wake.set()
    await eventually(superuser, "SELECT count(*) FROM loaf WHERE agency_id = $1", agency, wanted=100)
    assert await superuser.fetchval("SELECT count(*) FROM inbox WHERE agency_id = $1", agency) == 100
    assert await superuser.fetchval("SELECT count(*) FROM outbox") == 0
    await superuser.execute("INSERT INTO republish (topic, part, after) SELECT topic, part, 0 FROM log_head")
    line.relay.wake.set()
    await eventually(superuser, "SELECT count(*) FROM republish", wanted=0)
    await asyncio.sleep(0.5)
    assert await superuser.fetchval("SELECT count(*) FROM loaf WHERE agency_id = $1", agency) == 100


async def test_the_lag_is_what_the_broker_holds_beyond_what_took_effect(line, database, superuser, agency):
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        for _ in range(40):
            tx.publish(LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye"))
    line.relay.wake.set()
    await eventually(superuser, "SELECT count(*) FROM loaf WHERE agency_id = $1", agency, wanted=40)
    places = [TopicPartition("bakery", part) for part in range(12)]
    async with line.consumer.client() as reading:
        reading.assign(places)
        for place in places:
            reading.seek(place, 0)
        held = 0
        while found := await reading.getmany(timeout_ms=500):
            held += sum(map(len, found.values()))
        await line.consumer.tell_lag(reading)
        assert lag() == 0
        for place in places:
            reading.seek(place, 0)
        await line.consumer.tell_lag(reading)
        assert lag() == held >= 40


def lag():
    return REGISTRY.get_sample_value("trellis_events_lag", {"topic": "bakery"})


async def test_a_log_that_ends_before_our_place_is_read_where_it_ends(database, broker, superuser, agency):
    await topics.create(broker, ["bakery"])
    line, wanted = Line(database, broker), "SELECT count(*) FROM loaf WHERE agency_id = $1"
    relay = asyncio.create_task(line.relay.run())
    for applied in (10, 20):
        async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
            for _ in range(10):
                tx.publish(LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye"))
        line.relay.wake.set()
        consumer = asyncio.create_task(line.consumer.run())
        await eventually(superuser, wanted, agency, wanted=applied)
        consumer.cancel()
        await asyncio.gather(consumer, return_exceptions=True)
        await superuser.execute("UPDATE applied SET next_offset = next_offset + 1000")
    relay.cancel()
    await asyncio.gather(relay, return_exceptions=True)


async def test_a_producer_that_is_away_is_told_again(database, broker):
    from shared.errors import Unavailable

    line, away, told = Line(database, broker), set(), set()

    async def report(topic, applied):
        if fresh := applied.keys() - away:
            away.update(fresh)
            raise Unavailable()
        told.update(applied)

    line.consumer.report, line.consumer.topics = report, ["oven"]  # where nothing comes that would show no gap
    await topics.create(broker, ["oven"])
    consumer = asyncio.create_task(line.consumer.run())
    for _ in range(150):
        if len(told) == 12:
            break
        await asyncio.sleep(0.1)
    consumer.cancel()
    await asyncio.gather(consumer, return_exceptions=True)
    assert told == set(range(12))


async def test_a_batch_of_several_records_is_no_log_that_shrank(line, database, superuser, agency, monkeypatch):
    monkeypatch.setattr("shared.consumer.LOOK", 0.1)
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        for _ in range(40):  # more than one for some of the twelve partitions
            tx.publish(LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye"))
    line.relay.wake.set()
    await eventually(superuser, "SELECT count(*) FROM loaf WHERE agency_id = $1", agency, wanted=40)
    told = len(line.reports)
    await asyncio.sleep(3)
    assert len(line.reports) == told


async def test_a_reader_at_rest_asks_less_often_and_a_busy_one_at_its_own_pace(
    line, database, superuser, agency, monkeypatch
):
    waits, pace = [], consuming.pace
    monkeypatch.setattr(consuming, "IDLE_AFTER", 0.5)
    monkeypatch.setattr(consuming, "pace", lambda consumer, ms: (waits.append(ms), pace(consumer, ms)))
    for _ in range(100):
        await asyncio.sleep(0.05)
        if consuming.IDLE_WAIT in waits:
            break
    assert waits[-1] == consuming.IDLE_WAIT
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        tx.publish(LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye"))
    line.relay.wake.set()
    await eventually(superuser, "SELECT count(*) FROM loaf WHERE agency_id = $1", agency, wanted=1)
    async with line.consumer.client() as reading:
        pace(reading, 321)
        assert reading._fetcher._fetch_max_wait_ms == 321
    assert 20 in waits[waits.index(consuming.IDLE_WAIT) :]


def test_a_reader_at_rest_reports_ever_more_rarely_and_never_stops():
    busy, told, seen = 0.0, 0.0, []
    for _ in range(8):
        told += report_after(told - busy)
        seen.append(told)
    assert seen == [20, 40, 80, 160, 320, 620, 920, 1220]
