"""The relay: what it writes on the wire, what it may do while it leads, and what no longer when another does."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaTimeoutError
from bakery.main import LoafBaked
from shared import archive, metrics, topics, wire
from shared import relay as relaying
from shared import term as terms
from shared.auth import Principal
from shared.relay import Relay
from shared.run import settings_of
from shared.term import Deposed, Parcel, Term

TODAY = datetime.now(UTC).date()
COUNTER = "SELECT position, published, epoch FROM log_counter"


@pytest.fixture
def bake(database, agency):
    async def told(count=1):
        async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
            for _ in range(count):
                tx.publish(LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye"))

    return told


@pytest_asyncio.fixture
async def sessions(platform_db, superuser):
    """Two sessions as a leader has them, and an outbox and log without leftovers."""
    await superuser.execute("DELETE FROM outbox; UPDATE log_counter SET published = position")
    settings = settings_of("bakery")
    found = [await asyncpg.connect(settings.dsn("relay"), server_settings={"timezone": "UTC"}) for _ in range(2)]
    yield found
    for one in found:
        one.terminate()


@pytest_asyncio.fixture
async def term(sessions, superuser):
    await superuser.execute(relaying.TAKE_OFFICE)
    position, published, epoch = await superuser.fetchrow(COUNTER)
    found = Term(asyncio.Event(), *sessions, epoch)
    found.position, found.acked = position, published
    return found


@pytest_asyncio.fixture
async def leading(broker, platform_db):
    """Start a relay on the real broker; ended with the test."""
    settings = settings_of("bakery").model_copy(update={"kafka_bootstrap_servers": broker})
    await topics.create(broker, ["bakery"], replicas=settings.kafka_replication)
    tasks = []

    def start():
        relay = Relay(settings, "bakery")
        tasks.append(asyncio.create_task(relay.run()))
        return relay, tasks[-1]

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(superuser, question, wanted, *, seconds=60):
    for _ in range(seconds * 20):
        if await superuser.fetchval(question) == wanted:
            return
        await asyncio.sleep(0.05)
    assert await superuser.fetchval(question) == wanted


async def test_attributes_travel_as_headers_and_the_last_may_hold_anything(bake, leading, superuser, broker):
    start = await superuser.fetchval("SELECT position FROM log_counter")
    await bake(2)
    await superuser.execute("UPDATE outbox SET correlation = E'a\\x1fb', causation = 'cause' WHERE id % 2 = 0")
    leading()
    await until(superuser, "SELECT count(*) + (SELECT position - published FROM log_counter) FROM outbox", 0)
    rows = {str(r["event_id"]): r for r in await superuser.fetch("SELECT * FROM event_log WHERE position > $1", start)}
    consumer = AIOKafkaConsumer(bootstrap_servers=broker)
    await consumer.start()
    consumer.assign([TopicPartition("bakery", part) for part in range(topics.PARTITIONS)])
    await consumer.seek_to_beginning()
    found = {}
    while len(found) < 2:
        for records in (await consumer.getmany(timeout_ms=500)).values():
            found |= {said["ce_id"]: (r, said) for r in records if (said := spelt(r))["ce_id"] in rows}
    await consumer.stop()
    for known, (record, said) in found.items():
        row = rows[known]
        assert said == expected(row)
        assert json.loads(record.value) == json.loads(row["data"]) and record.key.decode() == row["key"]


def spelt(record):
    return {name: value.decode() for name, value in record.headers}


def expected(row):
    said = {
        "ce_specversion": "1.0", "ce_id": row["event_id"], "ce_type": row["type"], "ce_source": "/bakery",
        "ce_subject": row["aggregate_id"], "ce_agency": row["agency_id"], "ce_sequence": row["sequence"],
        "ce_position": row["position"], "ce_prev": row["prev"], "ce_correlation": row["correlation"],
        "ce_actor": row["actor"], "content-type": "application/json", "ce_causation": row["causation"],
    }  # fmt: skip
    at = row["time"].isoformat().replace("+00:00", "")
    at = at.rstrip("0") if "." in at else at
    return {name: str(value) for name, value in said.items() if value is not None} | {"ce_time": f"{at}+00:00"}


async def test_the_cursor_waits_for_the_acknowledgement(term, bake, superuser, monkeypatch):
    answers = asyncio.Event()

    async def send(*_):
        await answers.wait()

    monkeypatch.setattr(terms, "send", send)
    before = await superuser.fetchval("SELECT published FROM log_counter")
    await bake(3)
    rows = await term.sequence(10)
    ready = asyncio.Queue()
    await ready.put(Parcel({}, rows[-1]["position"]))
    tasks = [asyncio.create_task(term.publish(None, ready)), asyncio.create_task(term.save())]
    await asyncio.sleep(0.3)
    assert await superuser.fetchval("SELECT published FROM log_counter") == before
    answers.set()
    await until(superuser, "SELECT published FROM log_counter", before + 3)
    for task in tasks:
        task.cancel()


async def test_one_that_no_longer_leads_neither_sequences_nor_saves_nor_sends(term, bake, superuser):
    await bake(2)
    await superuser.execute(relaying.TAKE_OFFICE)
    before = await superuser.fetchrow(COUNTER)
    with pytest.raises(asyncpg.PostgresError) as refused:
        await term.sequence(10)
    assert refused.value.sqlstate == "TR410" and await superuser.fetchval("SELECT count(*) FROM outbox") == 2
    term.acked += 7
    term.is_acked.set()
    with pytest.raises(Deposed):
        await asyncio.wait_for(term.save(), 5)
    assert await superuser.fetchrow(COUNTER) == before
    ready = asyncio.Queue()
    await ready.put(Parcel({}, term.acked))
    term.heard_at = 0.0
    with pytest.raises(Deposed):
        await asyncio.wait_for(term.publish(None, ready), 5)


async def test_a_leader_whose_session_is_ended_begins_anew_and_loses_nothing(bake, leading, superuser):
    epoch = await superuser.fetchval("SELECT epoch FROM log_counter")
    relay, _ = leading()
    await until(superuser, "SELECT epoch FROM log_counter", epoch + 1)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7301"
    assert await superuser.fetchval(ended)
    await bake(5)
    await until(superuser, "SELECT epoch FROM log_counter", epoch + 2)
    await until(superuser, "SELECT count(*) + (SELECT position - published FROM log_counter) FROM outbox", 0)
    assert relay


async def test_another_takes_over_and_until_then_touches_nothing(bake, leading, superuser):
    epoch = await superuser.fetchval("SELECT epoch FROM log_counter")
    _, first = leading()
    await until(superuser, "SELECT epoch FROM log_counter", epoch + 1)
    leading()
    await asyncio.sleep(1.5)
    assert await superuser.fetchval("SELECT epoch FROM log_counter") == epoch + 1
    first.cancel()
    await until(superuser, "SELECT epoch FROM log_counter", epoch + 2)
    await bake(3)
    await until(superuser, "SELECT count(*) + (SELECT position - published FROM log_counter) FROM outbox", 0)


async def test_what_was_sequenced_but_not_published_goes_out_first(bake, leading, superuser, term):
    await bake(20)
    assert len(await term.sequence(12)) == 12
    leading()
    await until(superuser, "SELECT count(*) + (SELECT position - published FROM log_counter) FROM outbox", 0)


async def test_a_broker_that_fails_is_tried_again_in_the_same_term(bake, leading, superuser, monkeypatch):
    sent, real = [], terms.send

    async def send(producer, batches):
        sent.append(1)
        if len(sent) == 1:
            raise KafkaTimeoutError
        await real(producer, batches)

    monkeypatch.setattr(terms, "send", send)
    epoch = await superuser.fetchval("SELECT epoch FROM log_counter")
    leading()
    await bake(5)
    await until(superuser, "SELECT count(*) + (SELECT position - published FROM log_counter) FROM outbox", 0)
    assert len(sent) > 1 and await superuser.fetchval("SELECT epoch FROM log_counter") == epoch + 1


async def test_ids_of_the_outbox_follow_the_sequences_of_an_aggregate(database, superuser, agency):
    """The first event of the slow one waits for a row; the quick one tells of the same loaf meanwhile."""
    early, loaf = sorted(uuid4() for _ in range(2))
    await superuser.execute("INSERT INTO aggregate_sequence VALUES ($1, $2, 0)", agency, early)
    held = superuser.transaction()
    await held.start()
    await superuser.execute("SELECT FROM aggregate_sequence WHERE aggregate_id = $1 FOR UPDATE", early)

    async def tell(*loaves):
        async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
            for one in loaves:
                tx.publish(LoafBaked(loaf_id=one, client_id=uuid4(), kind="rye"))

    slow = asyncio.create_task(tell(early, loaf))
    await asyncio.sleep(0.3)
    await tell(loaf)
    await held.commit()
    await slow
    rows = await superuser.fetch("SELECT sequence FROM outbox WHERE aggregate_id = $1 ORDER BY id", loaf)
    assert [row["sequence"] for row in rows] == [1, 2]


async def test_a_broker_that_takes_connections_and_never_answers_blocks_nothing(bake, superuser, monkeypatch):
    async def swallow(reader, writer):
        await reader.read()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    mute = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    monkeypatch.setattr(relaying, "UNREACHED", 0.5)
    monkeypatch.setattr(relaying, "RETRY", 0.1)
    failed = metrics.LOOPS.labels("relay")._value
    before, epoch = failed.get(), await superuser.fetchval("SELECT epoch FROM log_counter")
    relay = Relay(settings_of("bakery").model_copy(update={"kafka_bootstrap_servers": mute}), "bakery")
    task = asyncio.create_task(relay.run())
    await bake(3)
    for _ in range(100):
        await asyncio.sleep(0.1)
        if failed.get() >= before + 3:
            break
    assert failed.get() >= before + 3 and await superuser.fetchval("SELECT epoch FROM log_counter") == epoch + 1
    assert await superuser.fetchval("SELECT count(*) FROM outbox") >= 3
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    server.close()


# the archive


@pytest_asyncio.fixture
async def old_day(bake, term, superuser):
    """A hundred days ago: thirty events, published; the relay's session, and a way to ask how many are left."""
    day = TODAY - timedelta(days=100)
    name = f"event_log_{day:%Y%m%d}"
    await bake(30)
    rows = await term.sequence(100)
    await superuser.execute(f"SELECT make_partition('event_log', '{name}', '{day}', '{day + timedelta(days=1)}')")
    await superuser.execute("UPDATE event_log SET logged_on = $1 WHERE position >= $2", day, rows[0]["position"])
    await superuser.execute("UPDATE log_counter SET published = position")
    yield day
    await superuser.execute(f"DROP TABLE IF EXISTS {name}")


async def left(superuser, day):
    return await superuser.fetchval("SELECT count(*) FROM event_log WHERE logged_on = $1", day)


async def test_an_old_day_leaves_the_table_when_the_archive_holds_it(old_day, term, superuser, tmp_path):
    kept = await superuser.fetch(wire.selected("event_log WHERE logged_on = $1 ORDER BY position"), old_day)
    await archive.keep(term.sequencer, tmp_path, 90)
    assert await left(superuser, old_day) == 0
    found = [row async for some in archive.told(tmp_path, all_of(kept)) for row in some]
    assert found == [tuple(row) for row in kept]


async def test_unpublished_or_young_rows_are_never_dropped(old_day, term, superuser, tmp_path):
    await archive.keep(term.sequencer, tmp_path, 101)
    await superuser.execute("UPDATE log_counter SET published = position - 1")
    await archive.keep(term.sequencer, tmp_path, 90)
    assert await left(superuser, old_day) == 30
    await superuser.execute("UPDATE log_counter SET published = position")
    assert not await term.sequencer.fetchval(archive.DROP, old_day, 29, 90)
    assert not await term.sequencer.fetchval(archive.DROP, TODAY, 0, 0)


async def test_a_damaged_archive_says_so(old_day, term, tmp_path):
    await archive.keep(term.sequencer, tmp_path, 90)
    path = tmp_path / f"{old_day}.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(archive.DamagedArchive):
        list(archive.rows(tmp_path, 0))


async def test_what_is_asked_again_is_sent_from_the_archive_and_then_from_the_log(
    old_day, bake, term, superuser, tmp_path, monkeypatch
):
    kept = await superuser.fetch(wire.selected("event_log WHERE logged_on = $1"), old_day)
    await archive.keep(term.sequencer, tmp_path, 90)
    await bake(30)
    young, term.archived, sent = await term.sequence(100), tmp_path, []
    await superuser.execute("DELETE FROM republish")
    for (topic, part), after in all_of(kept).items():
        await superuser.execute("INSERT INTO republish (topic, part, after) VALUES ($1, $2, $3)", topic, part, after)
    monkeypatch.setattr(wire, "by_place", lambda _, rows: sent.extend(row[0] for row in rows))
    await term.republish(None, asyncio.Queue())
    asked = {(row[1], row[2]) for row in kept}
    assert sent == sorted(row[0] for row in (*kept, *young) if (row[1], row[2]) in asked)
    await superuser.execute("DELETE FROM republish")


def all_of(rows):
    first = min(row["position"] for row in rows)
    return {(row["topic"], row["part"]): first - 1 for row in rows}
