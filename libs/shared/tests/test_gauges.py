"""How a service stands: gauges from its tables, what keeps the clock waiting, and who hears that it moved."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest_asyncio
from bakery.main import LoafBaked, LoafEaten
from prometheus_client import REGISTRY, generate_latest
from shared import gauges
from shared.auth import Principal
from shared.clock import Clock, real_now
from shared.db import Database
from shared.run import settings_of
from shared.worker import Listener

SEQUENCE = "SELECT count(*) FROM sequence_outbox(1000, (SELECT epoch FROM log_counter))"


@pytest_asyncio.fixture
async def relay_database(service, clock, platform_db):
    found = Database(settings_of(service), service, clock, "relay", 2)
    yield found
    await found.close()


@pytest_asyncio.fixture
async def nothing_left(superuser):
    for table in ("parked", "blocked", "timer", "outbound", "outbox", "sandbox_clock"):
        await superuser.execute(f"DELETE FROM {table}")
    await superuser.execute("UPDATE log_counter SET published = position")
    yield
    await superuser.execute("DELETE FROM sandbox_clock")


def sample(name, **labels):
    return REGISTRY.get_sample_value(f"trellis_{name}", labels)


async def test_the_gauges_say_what_is_aside_unsent_overdue_and_pending_and_whose_it_is_not(
    nothing_left, relay_database, clock, database, receive, superuser, agency
):
    client, bread = uuid4(), uuid4()
    await receive(LoafBaked(loaf_id=bread, client_id=client, kind="x" * 60))
    await receive(LoafBaked(loaf_id=bread, client_id=client, kind="rye"), sequence=2)
    await receive(LoafEaten(loaf_id=uuid4(), client_id=client))
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        tx.publish(LoafBaked(loaf_id=uuid4(), client_id=client, kind="rye"))
        await tx.start_timer("stale_bread", subject=client, due_at=tx.now - timedelta(hours=2))
        await tx.start_timer("stale_bread", subject=uuid4(), due_at=tx.now + timedelta(hours=2))
        await tx.send("fax", subject=client, payload={})
    await superuser.execute("UPDATE parked SET parked_at = parked_at - interval '1 hour' WHERE state = 'parked'")
    await superuser.execute("UPDATE outbox SET committed_at = committed_at - interval '30 s'")
    await superuser.execute("UPDATE outbound SET made_at = made_at - interval '90 s'")
    await superuser.execute("UPDATE timer SET attempts = 3 WHERE due_at < now()")
    gauges.set_gauges(await gauges.read_figures(relay_database, clock))
    assert [sample("events_aside", state=state) for state in ("parked", "waiting", "queued")] == [1, 1, 1]
    assert 3600 <= sample("events_aside_oldest_seconds", state="parked") < 3700
    assert 30 <= sample("relay_delay_seconds") < 90 and 90 <= sample("outbound_pending_oldest_seconds") < 150
    assert (sample("timers_overdue"), sample("timers_stuck"), sample("outbound_pending")) == (1, 1, 1)
    assert 7200 <= sample("timers_overdue_oldest_seconds") < 7300
    told = generate_latest().decode()
    assert not [one for one in (agency, client, bread) if str(one) in told]
    await superuser.execute(SEQUENCE)
    await superuser.execute("DELETE FROM parked")
    gauges.set_gauges(await gauges.read_figures(relay_database, clock))
    assert sample("events_aside", state="parked") == 0 and sample("relay_delay_seconds") >= 30
    await superuser.execute("UPDATE log_counter SET published = position")
    assert (await gauges.read_figures(relay_database, clock))["relay_delay"] == 0


def test_lag_is_told_per_topic_and_falls_to_zero():
    gauges.set_lag(["bakery", "table"], {("bakery", 0): 3, ("bakery", 7): 4})
    assert (sample("events_lag", topic="bakery"), sample("events_lag", topic="table")) == (7, 0)
    gauges.set_lag(["bakery", "table"], {})
    assert sample("events_lag", topic="bakery") == 0


async def test_a_timer_that_fails_lastingly_hides_no_due_time_and_keeps_the_clock_from_nothing(
    nothing_left, http, bearer, database, superuser, agency
):
    soon = real_now() + timedelta(hours=1)
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        await tx.start_timer("poison", subject=uuid4(), due_at=real_now() - timedelta(hours=1))
        await tx.start_timer("stale_bread", subject=uuid4(), due_at=soon)
    internal = bearer("internal")
    before = (await http.get("/internal/progress", headers=internal)).json()
    assert before["next_due_at"][:19] == soon.isoformat()[:19]
    await superuser.execute("UPDATE timer SET attempts = 3 WHERE kind = 'poison'")
    after = (await http.get("/internal/progress", headers=internal)).json()
    assert (before["busy"] - after["busy"], before["stuck"], after["stuck"]) == (1, 0, 1)
    figures = (await http.get("/internal/figures", headers=internal)).json()
    assert (figures["timers_overdue"], figures["timers_stuck"]) == (1, 1)


async def test_a_timer_that_is_started_anew_is_waited_for_again(nothing_left, database, superuser, agency):
    subject = uuid4()
    for _ in range(2):
        async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
            await tx.start_timer("poison", subject=subject, due_at=tx.now)
        row = await superuser.fetchrow("SELECT attempts, retry_at FROM timer WHERE agency_id = $1", agency)
        assert tuple(row) == (0, None)
        await superuser.execute("UPDATE timer SET attempts = 9, retry_at = now() + interval '300 s'")


@pytest_asyncio.fixture
async def rung(service, platform_db):
    clock, rings = Clock(), []
    listener = Listener(settings_of(service), service, clock, lambda: rings.append(clock.now()))
    task = asyncio.create_task(listener.run())
    await asyncio.sleep(1.0)
    rings.clear()
    yield clock, rings
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_clock_moved_by_another_process_wakes_this_one_at_once_and_once(nothing_left, rung, superuser):
    clock, rings = rung
    target = real_now() + timedelta(days=3)
    await superuser.execute("INSERT INTO sandbox_clock (ahead) VALUES ('3 days')")
    await superuser.execute("SELECT pg_notify('clock', '')")
    await asyncio.sleep(1.0)
    assert abs(clock.now() - target) < timedelta(seconds=30)
    assert len(rings) == 1 and rings[0] > target - timedelta(minutes=1)
    await asyncio.sleep(5.5)
    assert len(rings) == 1


async def test_a_commit_in_another_process_wakes_this_one(nothing_left, rung, superuser):
    _, rings = rung
    await superuser.execute("NOTIFY outbox")
    await asyncio.sleep(0.5)
    assert len(rings) == 1


async def test_a_listener_whose_connection_is_ended_listens_again(nothing_left, rung, superuser):
    _, rings = rung
    ended = await superuser.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bakery-listener'"
    )
    await asyncio.sleep(3)
    rings.clear()
    await superuser.execute("NOTIFY outbox")
    await asyncio.sleep(0.5)
    assert len(ended) >= 1 and rings
