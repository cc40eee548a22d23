"""What goes wrong between events: gaps, refusals, waiting, locks; and timers, relay and outbound beside them."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import pytest_asyncio
from aiokafka import TopicPartition
from bakery.main import LoafBaked, LoafEaten, app
from prometheus_client import REGISTRY
from shared import consumer as consuming
from shared import record
from shared.auth import Principal
from shared.consumer import Consumer, Inbox, Message, On, readable
from shared.db import Database, real_now, uuid7
from shared.errors import Early, NotAllowed, Refused, Unavailable
from shared.events import Envelope
from shared.outbound import OutboundLoop, Outcome, port, ports, wait_after
from shared.run import settings_of
from shared.term import Term
from shared.timers import TimerLoop
from shared.worker import handlers_of


def message(agency, position, prev, topic, event=None, part=0):
    event = event or LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye")
    envelope = Envelope(
        id=uuid7(), type=type(event).NAME, source="/bakery", subject=event.loaf_id, time=real_now(), agency=agency,
        sequence=1, position=position, prev=prev, part=part, topic=topic, correlation="test", actor=str(uuid4()),
    )  # fmt: skip
    return Message(envelope, event.model_dump_json())


@pytest.fixture
def topic():
    return f"bakery-{uuid4()}"


def inbox_of(database, handler=None):
    table = handlers_of(app.state.work)
    if handler:
        table = {"loaf.baked.v1": On(LoafBaked, handler, ("bakery",))}
    return Inbox(database, "bakery", table)


@pytest_asyncio.fixture
async def relay_database(service, clock, platform_db):
    found = Database(settings_of(service), service, clock, "relay", 2)
    yield found
    await found.close()


async def parked(superuser, agency):
    rows = await superuser.fetch(
        "SELECT state, missing, reason FROM parked WHERE agency_id = $1 ORDER BY position", agency
    )
    return [tuple(row) for row in rows]


# early and refused


async def test_what_breaks_at_its_second_try_parks_and_holds_up_no_other(database, superuser, agency, topic):
    tries = []

    async def handler(tx, event):
        tries.append(1)
        if len(tries) == 1:
            raise Early("x")
        if len(tries) == 2:
            raise Refused()

    inbox = inbox_of(database, handler)
    assert await inbox.receive([message(agency, 1, 0, topic), message(agency, 2, 1, topic)])
    assert await parked(superuser, agency) == [("parked", None, "refused")]


async def test_each_missing_name_is_looked_for_under_its_own_lock(database, superuser, agency, topic):
    held = []

    async def handler(tx, event):
        locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        held.append(await tx._driver.fetchval(locks))
        raise Early("second" if held[-1] else "first")

    await inbox_of(database, handler).receive([message(agency, 1, 0, topic)])
    assert held == [0, 0, 1, 2] and await parked(superuser, agency) == [("waiting", "second", None)]


async def test_a_value_that_the_driver_refuses_parks_and_does_not_stop_the_consumer(database, superuser, agency, topic):
    async def handler(tx, event):
        await tx._driver.fetchval("SELECT $1::int", 2**40)

    assert await inbox_of(database, handler).receive([message(agency, 1, 0, topic)])
    assert (await parked(superuser, agency))[0][0] == "parked"


async def test_a_key_made_in_an_undone_try_seals_nothing_afterwards(database, superuser, agency, topic):
    sealed = []

    async def handler(tx, event):
        sealed.append(await tx.seal(event.client_id, "text", "loaf.note", event.loaf_id))
        if len(sealed) == 1:
            raise Early("x")

    await inbox_of(database, handler).receive([message(agency, 1, 0, topic)])
    kept = await superuser.fetch("SELECT key_id FROM data_key WHERE agency_id = $1", agency)
    assert sealed[1].key_id in [row["key_id"] for row in kept]


async def test_too_many_refusals_in_a_row_stop_before_they_park_more(database, superuser, agency, topic):
    async def handler(tx, event):
        raise Refused()

    inbox = inbox_of(database, handler)
    await inbox.receive([message(agency, n, n - 1, topic) for n in range(1, 21)])
    for _ in range(2):
        with pytest.raises(Unavailable):
            await inbox.receive([message(agency, n, n - 1, topic) for n in range(21, 60)])
    assert len(await parked(superuser, agency)) == 20
    assert await superuser.fetchval("SELECT position FROM applied WHERE topic = $1", topic) == 20


async def test_an_undone_event_leaves_no_audit_and_no_event_of_its_own(database, superuser, agency, topic):
    async def handler(tx, event):
        tx.audit("loaf.copy", by=tx.by)
        tx.publish(LoafBaked(loaf_id=event.loaf_id, client_id=event.client_id, kind="oat"))
        if event.kind == "bad":
            await tx.flush()
            raise Refused()

    bad = LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="bad")
    other = uuid7()
    inbox = inbox_of(database, handler)
    await inbox.receive([message(agency, 1, 0, topic, bad), message(other, 2, 1, topic), message(agency, 3, 2, topic)])
    for whose in (agency, other):
        for table in ("audit", "outbox", "inbox"):
            assert await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE agency_id = $1", whose) == 1


# order and locks


async def test_the_blocking_rows_are_locked_before_anything_else(database, superuser, agency, topic):
    blocked = LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye")
    insert = "INSERT INTO blocked (agency_id, topic, aggregate_id) VALUES ($1, $2, $3)"
    await superuser.execute(insert, agency, topic, blocked.loaf_id)
    held = superuser.transaction()
    await held.start()
    await superuser.execute("SELECT 1 FROM blocked WHERE topic = $1 FOR UPDATE", topic)
    batch = [message(agency, 1, 0, topic), message(agency, 2, 1, topic, blocked)]
    task = asyncio.create_task(inbox_of(database).receive(batch))
    await asyncio.sleep(0.4)
    locks = "SELECT count(*) FROM pg_locks WHERE relation IN ('inbox'::regclass, 'loaf'::regclass) AND pid <> pg_backend_pid()"
    assert not task.done() and await superuser.fetchval(locks) == 0
    await superuser.execute("DELETE FROM blocked WHERE topic = $1", topic)
    await held.commit()
    assert await task and await parked(superuser, agency) == []


async def test_two_consumers_of_one_partition_take_turns_from_the_first_event_on(database, superuser, agency, topic):
    entered = []

    async def handler(tx, event):
        entered.append("in")
        await asyncio.sleep(0.2)
        entered.append("out")

    batch, inbox = [message(agency, 1, 0, topic)], inbox_of(database, handler)
    again = [*batch, message(agency, 2, 1, topic)]
    assert await asyncio.gather(inbox.receive(batch), inbox.receive(again)) == [True, True]
    assert entered == ["in", "out"] * 2
    later = [message(agency, 3, 2, topic)]
    assert await asyncio.gather(inbox.receive(later), inbox.receive(later)) == [True, True]
    assert entered == ["in", "out"] * 3


async def test_racing_retries_and_batches_keep_the_order_of_an_aggregate(database, superuser, agency, topic):
    seen, ready = [], []

    async def handler(tx, event):
        if not ready:
            raise Early("x")
        seen.append(event.kind)

    loaf, inbox = uuid4(), inbox_of(database, handler)
    events = [LoafBaked(loaf_id=loaf, client_id=loaf, kind=str(n)) for n in range(40)]
    batch = [message(agency, n + 1, n, topic, e) for n, e in enumerate(events)]
    await inbox.receive(batch[:5])
    ready.append(1)

    async def feed():
        for one in batch[5:]:
            await inbox.receive([one])

    async def retry():
        for _ in range(30):
            await inbox.take_up(agency, topic, loaf)

    await asyncio.gather(feed(), retry(), retry())
    await inbox.take_up(agency, topic, loaf)
    assert seen == [str(n) for n in range(40)] and await parked(superuser, agency) == []


# gaps


def reader(inbox, report):
    """A consumer without a broker: what it is handed, it takes."""
    return Consumer(settings_of("bakery"), "bakery", inbox, report, lambda: None)


def raw(found, offset):
    e = found.envelope
    names = (
        "id",
        "type",
        "source",
        "subject",
        "time",
        "agency",
        "sequence",
        "position",
        "prev",
        "correlation",
        "actor",
    )
    headers = [(f"ce_{n}", str(getattr(e, n)).encode()) for n in names]
    return SimpleNamespace(
        topic=e.topic, partition=e.part, offset=offset, headers=headers, key=None, value=found.data.encode()
    )


async def test_a_gap_asks_for_its_own_partition_until_it_has_come(database, agency, topic, monkeypatch):
    asked, answers = [], [NotAllowed(), None, None]

    async def report(of, applied):
        asked.append((of, applied))
        if error := answers.pop(0):
            raise error

    follower, place = reader(inbox_of(database), report), TopicPartition("bakery", 3)
    monkeypatch.setattr(consuming, "ASK_AGAIN", 0.1)
    monkeypatch.setattr(consuming, "TELL_AGAIN", 0.1)
    one, two = (message(agency, n, n - 1, topic, part=3) for n in (900_001, 900_002))
    for offset in (1, 2):
        await follower.take(place, [raw(two, offset)])
        await follower.ask_again({place})
    assert [(of, list(applied)) for of, applied in asked] == [("bakery", [3])]
    await asyncio.sleep(0.15)
    await follower.ask_again({place})
    assert len(asked) == 2
    await asyncio.sleep(0.15)
    await follower.ask_again(set())
    assert len(asked) == 2 and one


async def test_a_record_that_nobody_of_ours_wrote_is_passed_over(database, agency, topic, superuser):
    follower, place = reader(inbox_of(database), None), TopicPartition("bakery", 0)
    strange = SimpleNamespace(topic=topic, partition=0, offset=7, headers=[("ce_id", b"\xff")], key=b"", value=b"x")
    assert readable(strange) is None
    good = raw(message(agency, 1, 0, topic), 8)
    await follower.take(place, [strange, good])
    assert await superuser.fetchval("SELECT next_offset FROM applied WHERE topic = $1", topic) == 9
    assert await superuser.fetchval("SELECT count(*) FROM loaf WHERE agency_id = $1", agency) == 1


# the sweep


async def test_one_that_cannot_be_taken_up_keeps_no_other_waiting(
    database, relay_database, superuser, agency, topic, monkeypatch
):
    taken = []

    async def take_up(agency, topic, aggregate):
        taken.append(aggregate)
        raise Unavailable()

    inbox = inbox_of(database)
    for n in range(3):
        eaten = LoafEaten(loaf_id=uuid4(), client_id=uuid4())
        await inbox.receive([message(agency, n + 1, n, topic, eaten)])
    monkeypatch.setattr(inbox, "take_up", take_up)
    found = await Consumer(settings_of("bakery"), "bakery", inbox, None, lambda: None).sweep_once(
        relay_database, consuming.NET
    )
    assert found == len(taken) >= 3


async def test_the_sweep_is_a_net_for_what_nobody_woke(database, superuser, agency, topic):
    ready = []

    async def handler(tx, event):
        if not ready:
            raise Early("x")

    inbox = inbox_of(database, handler)
    await inbox.receive([message(agency, 1, 0, topic)])
    ready.append(1)
    await superuser.execute("DELETE FROM parked WHERE agency_id <> $1", agency)
    task = asyncio.create_task(Consumer(settings_of("bakery"), "bakery", inbox, None, lambda: None).sweep())
    for _ in range(100):
        await asyncio.sleep(0.05)
        if not await parked(superuser, agency):
            break
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await parked(superuser, agency) == []


async def test_what_was_supplied_is_taken_up_at_once_when_the_sweep_is_woken(database, superuser, agency, topic):
    ready = []

    async def handler(tx, event):
        if not ready:
            raise Early("x")

    consumer = Consumer(settings_of("bakery"), "bakery", inbox_of(database, handler), None, lambda: None)
    async with running(consumer, consumer.sweep):
        await asyncio.sleep(0.5)
        await consumer.inbox.receive([message(agency, 1, 0, topic)])
        ready.append(1)
        async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
            await tx.supply("x")
        assert tx.told
        consumer.wake.set()
        await asyncio.sleep(1.5)
        assert await parked(superuser, agency) == []


# timers


async def start(database, agency, kind, *due):
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        for at in due:
            await tx.start_timer(kind, subject=uuid4(), due_at=at)


async def on_poison(tx, timer):
    raise ValueError


def good(fired):
    async def on_good(tx, timer):
        fired.append(timer.due_at)

    return on_good


async def test_two_hundred_timers_that_fail_do_not_starve_the_one_behind_them(
    database, relay_database, superuser, agency
):
    fired, now = [], real_now()
    await start(database, agency, "poison", *(now - timedelta(days=400, seconds=n) for n in range(200)))
    await start(database, agency, "good", now - timedelta(seconds=1))
    await superuser.execute("UPDATE timer SET attempts = 8 WHERE agency_id = $1 AND kind = 'poison'", agency)
    loop = TimerLoop(database, relay_database, "bakery", {"poison": on_poison, "good": good(fired)}, lambda: None)
    assert (await loop.round(), await loop.round(), len(fired)) == (0, 1, 1)
    waits = "SELECT DISTINCT attempts, reason, retry_at > clock_timestamp() + interval '2 min' FROM timer "
    rows = await superuser.fetch(waits + "WHERE agency_id = $1 AND fired_at IS NULL", agency)
    assert [tuple(row) for row in rows] == [(9, "ValueError", True)]
    await superuser.execute("DELETE FROM timer WHERE agency_id = $1", agency)


async def test_a_timer_that_nobody_here_knows_stays_until_somebody_does(database, relay_database, superuser, agency):
    fired, due = [], real_now() - timedelta(seconds=1)
    await start(database, agency, "unknown_yet", due)
    assert await TimerLoop(database, relay_database, "bakery", {}, lambda: None).round() == 0
    row = await superuser.fetchrow("SELECT fired_at, attempts, reason FROM timer WHERE agency_id = $1", agency)
    assert tuple(row) == (None, 1, "no-handler")
    failed = REGISTRY.get_sample_value("trellis_timers_failed_total", {"kind": "unknown_yet"})
    assert failed == 1
    await superuser.execute("UPDATE timer SET retry_at = NULL WHERE agency_id = $1", agency)
    newer = TimerLoop(database, relay_database, "bakery", {"unknown_yet": good(fired)}, lambda: None)
    assert (await newer.round(), fired) == (1, [due])


async def test_a_moved_clock_wakes_the_timers(database, relay_database, agency, clock):
    fired, due = [], real_now() + timedelta(days=7)
    await start(database, agency, "good", due)
    loop = TimerLoop(database, relay_database, "bakery", {"good": good(fired)}, lambda: None)
    async with running(loop):
        await asyncio.sleep(0.4)
        assert not fired
        clock.set(due)
        loop.wake.set()
        await asyncio.sleep(0.6)
        assert fired == [due]


async def test_a_timer_fires_at_its_due_time_without_being_woken(database, relay_database, agency):
    fired, due = [], real_now() + timedelta(seconds=1.2)
    loop = TimerLoop(database, relay_database, "bakery", {"good": good(fired)}, lambda: None)
    await start(database, agency, "good", due)
    async with running(loop):
        await asyncio.sleep(1.0)
        assert not fired
        await asyncio.sleep(0.8)
        assert fired == [due]


async def test_an_idle_timer_loop_looks_a_few_times_a_minute_only(database, relay_database):
    loop, looks = TimerLoop(database, relay_database, "bakery", {}, lambda: None), []

    async def look(*_):
        looks.append(1)
        return [(None,)] if len(looks) % 2 == 0 else []

    relay_database.look = look
    async with running(loop):
        await asyncio.sleep(1.5)
    assert len(looks) == 2


@asynccontextmanager
async def running(loop, run=None):
    task = asyncio.create_task((run or loop.run)())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_timer_put_off_while_others_fire_does_not_fire_early(database, relay_database, superuser, agency):
    fired = []

    async def on_good(tx, timer):
        fired.append(timer.id)

    system, subject = Principal.system("bakery", agency_id=agency), uuid4()
    loop = TimerLoop(database, relay_database, "bakery", {"good": on_good}, lambda: None)
    async with database.transaction(system) as tx:
        await tx.start_timer("good", subject=subject, due_at=real_now() - timedelta(seconds=1))
    timer = await superuser.fetchval("SELECT id FROM timer WHERE agency_id = $1", agency)
    async with database.transaction(system) as tx:
        await tx.start_timer("good", subject=subject, due_at=real_now() + timedelta(days=1))
    assert await loop.fire(agency, timer, "good") == 0 and not fired


# relay and outbound


async def test_what_is_asked_again_while_sending_is_not_forgotten(platform_db, superuser):
    """A row with a lower id may be committed later: identities are taken before the commit."""
    await superuser.execute("DELETE FROM republish")
    insert = "INSERT INTO republish (id, topic, part, after) OVERRIDING SYSTEM VALUE VALUES ($1, 'bakery', 0, 0)"
    await superuser.execute(insert, 9000)
    await superuser.execute("UPDATE log_counter SET published = position")

    class Meanwhile:
        fetchval, fetchrow = staticmethod(superuser.fetchval), staticmethod(superuser.fetchrow)

        async def fetch(self, *said):
            found = await superuser.fetch(*said)
            if "republish" in said[0]:
                await superuser.execute(insert, 8999)
            return found

    epoch = await superuser.fetchval("SELECT epoch FROM log_counter")
    term = Term(asyncio.Event(), Meanwhile(), superuser, epoch)
    ready = asyncio.Queue()
    await term.republish(None, ready)
    assert ready.get_nowait().answered == (9000,)
    term.answered = [9000]
    term.is_acked.set()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(term.save(), 0.3)
    assert [row["id"] for row in await superuser.fetch("SELECT id FROM republish")] == [8999]
    await superuser.execute("DELETE FROM republish")


async def test_an_event_that_the_broker_would_never_take_is_refused_before_it_is_kept(database, superuser, agency):
    with pytest.raises(ValueError, match="larger"):
        async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
            tx.publish(LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="x" * record.LARGEST_EVENT))
    assert await superuser.fetchval("SELECT count(*) FROM outbox WHERE agency_id = $1", agency) == 0


def test_the_wait_of_the_ten_thousandth_attempt_is_bounded():
    assert (wait_after(1), wait_after(10_000)) == (2.0, 300.0)


async def test_an_outcome_that_cannot_be_recorded_stops_no_other(database, relay_database, superuser, agency):
    recorded = []

    async def send(attempt):
        return Outcome(is_final=True, is_sent=True)

    async def record_it(tx, attempt, outcome):
        if attempt.payload["bad"]:
            raise ValueError
        recorded.append(attempt.id)

    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        for bad in (True, False):
            await tx.send("fax", subject=uuid4(), payload={"bad": bad})
    found = ports(port("fax", send, record=record_it, leaves=None))
    loop = OutboundLoop(database, relay_database, "bakery", found, lambda: None)
    task = asyncio.create_task(loop.run())
    await asyncio.sleep(0.6)
    assert len(recorded) == 1 and not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    states = await superuser.fetch("SELECT state FROM outbound WHERE agency_id = $1 ORDER BY state", agency)
    assert [row["state"] for row in states] == ["pending", "sent"]


async def test_rows_in_the_default_partition_do_not_keep_the_relay_from_leading(superuser):
    """Nobody made the month's partition in time: its rows stay where they are, and work goes on."""
    await superuser.execute(
        "INSERT INTO audit (agency_id, at, actor_id, actor_client, roles, action, purpose, outcome, request_id) "
        "VALUES ($1, '2099-01-15', $1, 'x', '{}', 'x', 'TREAT', 'success', 'x')",
        uuid4(),
    )
    await superuser.execute("SELECT make_partition('audit', 'audit_209901', '2099-01-01 00:00Z', '2099-02-01 00:00Z')")
    assert await superuser.fetchval("SELECT to_regclass('audit_209901')") is None
