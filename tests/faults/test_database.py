"""T15, T17, T18: a transaction that stays open, PostgreSQL that dies, callers that hang up."""

import asyncio
import json
import os
import random
import signal
import time
from uuid import uuid4

import pytest
from bakery.contracts import LoafBitten
from check import delays_after, drained, examine
from load import NO_FAX, Load
from proxy import HALF_OPEN
from test_delivery import opened

ALL = ("api", "worker", "eater")
OPEN = float(os.environ.get("TRELLIS_OPEN", "6"))
ABANDONED = """SELECT count(*) FROM pg_stat_activity WHERE datname = 'bakery' AND state LIKE 'idle in transaction%'
AND state_change < clock_timestamp() - interval '4 s'"""
HANG_UPS = int(os.environ.get("TRELLIS_HANG_UPS", "400"))


@pytest.mark.long
async def test_t15_a_transaction_that_stays_open_holds_up_nobody_and_is_not_skipped(stack, agency, seed):
    await stack.ensure(*ALL)
    loaf, bakery = uuid4(), await stack.database("bakery")
    async with Load(stack, agency, seed=seed) as load, opened(stack, agency) as tx:
        tx.publish(LoafBitten(loaf_id=loaf, client_id=loaf, bite_id=loaf))
        await tx.flush()
        began, position = time.monotonic(), await bakery.fetchval("SELECT published FROM log_counter")
        await load.until(30)
        await asyncio.sleep(max(0.0, OPEN - (time.monotonic() - began)))
        assert await bakery.fetchval("SELECT published FROM log_counter") >= position + 20
    eater = await stack.database("eater")
    for _ in range(300):
        late = await eater.fetchval("SELECT count(*) FROM meal WHERE bite_id = $1", loaf)
        if late:
            break
        await asyncio.sleep(0.1)
    await drained(stack, agency)
    assert late == 1
    found = await examine(stack, agency, load.ledger)
    known = [
        line for line in found.details if line not in ("event without a bite: 1", "effects of nothing in bite.noted: 1")
    ]
    assert not known, found.details


async def test_t17_postgresql_dies_and_comes_back_and_no_process_is_restarted(stack, agency, seed):
    await stack.ensure(*ALL)
    pids = {role: stack.running[role].pid for role in ALL}
    async with Load(stack, agency, seed=seed, also=NO_FAX) as load:
        await load.until(30)
        died = time.time()
        stack.postgres.process.send_signal(signal.SIGQUIT)
        await asyncio.to_thread(stack.postgres.process.wait)
        await asyncio.sleep(1)
        stack.postgres.start()
        await stack.wait_for_postgres()
        await load.until(len(load.acknowledged) + 30)
    await drained(stack, agency)
    found = await examine(stack, agency, load.ledger)
    delays = await delays_after(stack, agency, [died])
    print(f"first effect {delays[0]:.0f} ms after the death; answers meanwhile {dict(load.failures)}; {found}")
    assert found.acknowledged and found.is_clean, found.details
    assert pids == {role: stack.running[role].pid for role in ALL if stack.running[role].alive}
    assert set(load.failures) <= {"503"}, load.failures


@pytest.mark.long
async def test_t18_callers_that_hang_up_leave_no_connection_behind(stack, agency, seed):
    await stack.ensure(*ALL)
    chance = random.Random(seed)
    token = stack.office.token("loaves:write", agency=agency)
    for _ in range(HANG_UPS // 20):
        await asyncio.gather(*(hang_up(stack, token, chance.uniform(0, 0.05)) for _ in range(20)))
    bakery = await stack.database("bakery")
    await quiet(bakery)
    assert await bakery.fetchval(ABANDONED) == 0
    async with Load(stack, agency, clients=16, pause=0.0, seed=seed) as load:
        await load.until(64)
    assert not load.failures
    await asyncio.sleep(1)
    assert await bakery.fetchval(ABANDONED) == 0


async def quiet(bakery):
    """Wait until what was asked for is worked off: nobody waits for the answers, but they are made."""
    still = 0
    for _ in range(600):
        busy = await bakery.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bakery-app' AND state <> 'idle'"
        )
        still = 0 if busy else still + 1
        if still == 10:
            return
        await asyncio.sleep(0.1)


async def hang_up(stack, token, after):
    """Send a request and cut the connection at a moment by chance."""
    body = json.dumps({"client_id": str(uuid4()), "also": "nothing"}).encode()
    head = (
        f"POST /v1/loaves/{uuid4()}/bites HTTP/1.1\r\nHost: bakery\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {uuid4()}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    _, writer = await asyncio.open_connection("127.0.0.1", stack.ports["api"])
    writer.write(head.encode() + body)
    await writer.drain()
    await asyncio.sleep(after)
    writer.transport.abort()


@pytest.mark.long
async def test_a_database_that_answers_slowly_or_never_is_answered_with_503_and_not_with_a_wait(stack, agency, seed):
    await stack.ensure("api")
    async with Load(stack, agency, seed=seed, clients=12) as load:
        await load.until(12)
        async with stack.database_proxy.suffering(HALF_OPEN):
            await asyncio.sleep(6)
        stack.database_proxy.reset()
        await load.until(len(load.acknowledged) + 24)
    assert set(load.failures) <= {"503"}, load.failures
    await stack.ensure(*ALL)
    await drained(stack, agency)
    found = await examine(stack, agency, load.ledger)
    assert found.is_clean, found.details
