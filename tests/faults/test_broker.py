"""T5 to T7, T13: the broker goes away, forgets everything, falls silent, comes and goes."""

import asyncio
import os
import signal
import time

import psutil
import pytest
from check import delays_after, drained, examine
from load import Load
from proxy import HALF_OPEN, Fault

AWAY = float(os.environ.get("TRELLIS_AWAY", "20"))
RESTARTS = int(os.environ.get("TRELLIS_RESTARTS", "3"))
ALL = ("api", "worker", "eater")


def memory(stack):
    return {role: psutil.Process(stack.running[role].pid).memory_info().rss >> 20 for role in ALL}


async def backlog(stack):
    bakery = await stack.database("bakery")
    return await bakery.fetchval(
        "SELECT (SELECT count(*) FROM outbox) + (SELECT position - published FROM log_counter)"
    )


async def eaten(stack, agency, count):
    """Wait until so many events had their effect."""
    eater = await stack.database("eater")
    deadline = time.monotonic() + 60
    while await eater.fetchval("SELECT count(*) FROM meal WHERE agency_id = $1", agency) < count:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def clean(stack, agency, load):
    seconds = await drained(stack, agency, 90)
    found = await examine(stack, agency, load.ledger)
    print(f"drained in {seconds:.1f} s; {found}")
    assert found.acknowledged and found.is_clean, found.details


@pytest.mark.long
async def test_t5_the_broker_is_away_and_every_request_is_answered(stack, agency, seed):
    await stack.ensure(*ALL)
    async with Load(stack, agency, seed=seed) as load:
        await load.until(20)
        before = memory(stack)
        stack.broker.tell(signal.SIGSTOP)
        try:
            async with stack.broker_proxy.suffering(Fault(refuses=True)):
                stack.broker_proxy.reset()
                await asyncio.sleep(AWAY)
                waiting = await backlog(stack)
        finally:
            stack.broker.tell(signal.SIGCONT)
        print(f"backlog {waiting} after {AWAY:.0f} s; answered {len(load.acknowledged)}; MB {before} → {memory(stack)}")
        assert not load.failures and waiting > AWAY
    await clean(stack, agency, load)
    grown = {role: now - before[role] for role, now in memory(stack).items()}
    print(f"MB grown {grown}")
    assert max(grown.values()) < 40


async def test_t6_the_broker_comes_back_empty(stack, agency, seed):
    await stack.ensure(*ALL)
    async with Load(stack, agency, seed=seed) as load:
        await load.until(40)
        await eaten(stack, agency, 30)
        await stack.lose_broker()
        await load.until(80)
        assert not load.failures
    await clean(stack, agency, load)


@pytest.mark.long
async def test_t6_the_broker_is_refilled_before_the_consumer_comes_back(stack, agency, seed):
    await stack.ensure(*ALL)
    async with Load(stack, agency, seed=seed) as load:
        await load.until(40)
        await eaten(stack, agency, 30)
        await stack.running["eater"].stop()
        await stack.lose_broker()
        await load.until(160)
        await stack.ensure("eater")
    await clean(stack, agency, load)


@pytest.mark.long
async def test_t6_an_offset_beyond_the_end_of_an_emptied_topic(stack, agency, seed):
    await stack.ensure(*ALL)
    async with Load(stack, agency, seed=seed) as load:
        await load.until(40)
        await eaten(stack, agency, 30)
        await stack.running["eater"].stop()
        await stack.lose_broker()
        await load.until(60)
        eater = await stack.database("eater")
        await eater.execute("UPDATE applied SET next_offset = next_offset + 1000000")
        await stack.ensure("eater")
        await load.until(120)
    await clean(stack, agency, load)


@pytest.mark.long
async def test_t7_the_broker_takes_connections_and_never_answers(stack, agency, seed):
    await stack.ensure(*ALL)
    async with Load(stack, agency, seed=seed) as load:
        await load.until(20)
        async with stack.broker_proxy.suffering(HALF_OPEN):
            load.slowest = 0.0
            await asyncio.sleep(25)
            print(f"slowest answer meanwhile {load.slowest * 1000:.0f} ms")
            assert load.slowest < 5 and not load.failures
        mended = time.time()
        await load.until(len(load.acknowledged) + 20)
    await clean(stack, agency, load)
    print(f"first effect {(await delays_after(stack, agency, [mended]))[0]:.0f} ms after it answered again")


@pytest.mark.long
async def test_t13_a_broker_that_comes_and_goes_leaves_no_consumer_stuck(stack, agency, seed):
    await stack.ensure(*ALL)
    moments = []
    async with Load(stack, agency, seed=seed, clients=3) as load:
        await load.until(10)
        for _ in range(RESTARTS):
            stack.broker_proxy.reset()
            await stack.restart_broker()
            moments.append(time.time())
            await asyncio.sleep(8)
    await clean(stack, agency, load)
    gaps = await delays_after(stack, agency, moments)
    print(f"longest gap {max(gaps):.0f} ms of {len(gaps)} restarts")
    assert max(gaps) <= 30_000
