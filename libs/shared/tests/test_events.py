"""Events: told with the change, once in effect, in order, waiting for what they rest on."""

from datetime import timedelta
from uuid import uuid4

from bakery.main import LoafBaked, LoafEaten
from shared.auth import Principal
from shared.db import Database
from shared.timers import TimerLoop


async def count(superuser, table, agency):
    return await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE agency_id = $1", agency)


async def test_an_event_received_twice_has_one_effect(receive, superuser, agency):
    event = LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye")
    known = await receive(event)
    await receive(event, id=known)
    assert await count(superuser, "loaf", agency) == 1
    assert await count(superuser, "audit", agency) == 1
    assert await count(superuser, "parked", agency) == 0


async def test_an_early_event_waits_and_is_taken_up_when_what_it_needs_is_there(receive, superuser, agency, database):
    loaf, client = uuid4(), uuid4()
    await receive(LoafEaten(loaf_id=loaf, client_id=client))
    assert await superuser.fetchval("SELECT state FROM parked WHERE agency_id = $1", agency) == "waiting"
    await receive(LoafEaten(loaf_id=loaf, client_id=client), sequence=2)
    assert (
        await superuser.fetchval("SELECT count(*) FROM parked WHERE agency_id = $1 AND state = 'queued'", agency) == 1
    )
    await receive(LoafBaked(loaf_id=loaf, client_id=client, kind="rye"))
    assert await superuser.fetchval("SELECT count(*) FROM parked WHERE agency_id = $1 AND state = 'ready'", agency) == 1
    from bakery.main import app
    from shared.consumer import Inbox
    from shared.worker import handlers_of

    await Inbox(database, "bakery", handlers_of(app.state.work)).take_up(agency, "table", loaf)
    assert await count(superuser, "parked", agency) == 0 and await count(superuser, "blocked", agency) == 0
    assert await superuser.fetchval("SELECT kind FROM loaf WHERE agency_id = $1", agency) == "eaten"


async def test_a_refused_event_parks_with_its_reason_and_others_go_on(receive, superuser, agency):
    client = uuid4()
    await receive(LoafBaked(loaf_id=uuid4(), client_id=client, kind="x" * 60))
    row = await superuser.fetchrow("SELECT state, reason FROM parked WHERE agency_id = $1", agency)
    assert row["state"] == "parked" and row["reason"] == "22001"
    await receive(LoafBaked(loaf_id=uuid4(), client_id=client, kind="rye"))
    assert await count(superuser, "loaf", agency) == 1


async def test_sequences_count_each_aggregate_and_positions_have_no_hole(database, superuser, agency):
    loaf = uuid4()
    for _ in range(3):
        async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
            for _ in range(2):
                tx.publish(LoafBaked(loaf_id=loaf, client_id=uuid4(), kind="rye"))
    rows = await superuser.fetch("SELECT sequence FROM outbox WHERE agency_id = $1 ORDER BY id", agency)
    assert [r["sequence"] for r in rows] == [1, 2, 3, 4, 5, 6]
    before = await superuser.fetchval("SELECT position FROM log_counter")
    moved = await superuser.fetchval("SELECT count(*) FROM sequence_outbox(1000, (SELECT epoch FROM log_counter))")
    rows = await superuser.fetch(
        "SELECT position, prev, part FROM event_log WHERE position > $1 ORDER BY position", before
    )
    assert [r["position"] for r in rows] == list(range(before + 1, before + moved + 1))
    for row in rows:
        earlier = await superuser.fetchval(
            "SELECT max(position) FROM event_log WHERE part = $1 AND topic = 'bakery' AND position < $2",
            row["part"],
            row["position"],
        )
        assert row["prev"] == (earlier or 0)


async def test_a_timer_fires_once_at_its_due_time(database, superuser, agency, clock, service):
    from bakery.main import app
    from shared.run import settings_of

    subject = uuid4()
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        due = tx.now + timedelta(days=3)
        await tx.start_timer("stale_bread", subject=subject, due_at=due)
        await tx.start_timer("stale_bread", subject=subject, due_at=due)
    relay = Database(settings_of(service), service, clock, "relay", 1)
    loop = TimerLoop(database, relay, service, app.state.work.timers, lambda: None)
    assert await loop.round() == 0
    clock.set(due)
    assert (await loop.round(), await loop.round()) == (1, 0)
    row = await superuser.fetchrow("SELECT time FROM outbox WHERE agency_id = $1", agency)
    assert row["time"] == due
    await relay.close()


async def test_a_gap_stops_the_partition_and_nothing_behind_it_is_applied(database, superuser, agency):
    from bakery.main import app
    from shared.consumer import Inbox, Message
    from shared.db import real_now, uuid7
    from shared.events import Envelope
    from shared.worker import handlers_of

    topic = f"bakery-{uuid4()}"

    def message(position, prev):
        event = LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye")
        envelope = Envelope(
            id=uuid7(),
            type="loaf.baked.v1",
            source="/bakery",
            subject=event.loaf_id,
            time=real_now(),
            agency=agency,
            sequence=1,
            position=position,
            prev=prev,
            part=0,
            topic=topic,
            correlation="test",
            actor=str(uuid4()),
        )
        return Message(envelope, event.model_dump_json())

    inbox = Inbox(database, "bakery", handlers_of(app.state.work))
    assert await inbox.receive([message(1, 0), message(3, 1)])
    assert not await inbox.receive([message(9, 8)])
    assert await count(superuser, "loaf", agency) == 2
    assert await inbox.receive([message(8, 3), message(9, 8)])
    assert await count(superuser, "loaf", agency) == 4
