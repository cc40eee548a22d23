"""T11, T12: consumers that come and go, and one that is slow."""

import asyncio
import os
import re
import statistics
import time

import aiohttp
import pytest
from check import delays_after, drained, examine
from load import Load

ROUNDS = int(os.environ.get("TRELLIS_REBALANCES", "4"))


async def metrics(url):
    async with aiohttp.ClientSession() as http, http.get(f"{url}/metrics") as answer:
        text = await answer.text()
    return {
        line.split(" ")[0]: float(line.split(" ")[1])
        for line in text.splitlines()
        if re.match(r"trellis_\S+ [\d.e+]+$", line)
    }


@pytest.mark.long
async def test_t11_a_storm_of_rebalances_writes_nothing_twice(stack, agency, seed):
    await stack.ensure("api", "worker", "eater")
    deaths = []
    async with Load(stack, agency, seed=seed, clients=3) as load:
        await load.until(10)
        for _ in range(ROUNDS):
            second = await stack.order("eater", "eater", "all", "eater_twin", EATER_PORT=str(stack.ports["spare"]))
            await asyncio.sleep(5)
            await second.kill()
            deaths.append(time.time())
    await drained(stack, agency)
    found = await examine(stack, agency, load.ledger)
    assert found.acknowledged and found.is_clean, found.details
    delays = await delays_after(stack, agency, deaths)
    print(f"effects went on after p50 {statistics.median(delays):.0f} ms, at most {max(delays):.0f} ms; {found}")


async def seen_lag(stack):
    """What the eater says of itself, within the seconds between two measurements."""
    found = 0.0
    for _ in range(20):
        said = await metrics(f"http://127.0.0.1:{stack.ports['eater']}")
        found = max((n for name, n in said.items() if name.startswith('trellis_events_lag{topic="bakery"')), default=0)
        if found:
            break
        await asyncio.sleep(0.5)
    return found


@pytest.mark.long
async def test_t12_a_slow_consumer_is_seen_and_hinders_nobody(stack, agency, seed):
    await stack.ensure("api", "worker")
    if found := stack.running.get("eater"):
        await found.stop()
    await stack.run("eater", EATER_SECONDS_PER_BITE="1")
    async with Load(stack, agency, seed=seed, clients=2, also=("timer",)) as load:
        await load.until(40)
        bakery = await stack.database("bakery")
        for _ in range(100):
            fired = await bakery.fetchval(
                "SELECT count(*) FROM effect WHERE agency_id = $1 AND what = 'crumbs'", agency
            )
            if fired >= 25:
                break
            await asyncio.sleep(0.1)
        assert fired >= 25
    assert await seen_lag(stack) > 0
    failures = [n for name, n in (await metrics(f"http://127.0.0.1:{stack.ports['eater']}")).items()
                if name.startswith("trellis_worker_failures_total{loop=\"consumer\"")]  # fmt: skip
    assert sum(failures) == 0, "the slow consumer was thrown out of its group"
    await stack.running["eater"].stop()
    await stack.ensure("eater")
    await drained(stack, agency)
    found = await examine(stack, agency, load.ledger)
    assert found.acknowledged and found.is_clean, found.details
