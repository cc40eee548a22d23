"""A service killed again and again while it publishes and applies: nothing lost, nothing twice, order kept."""

import asyncio
import os
import random
import subprocess
import sys
from uuid import uuid4

from bakery.main import LoafBaked
from shared.auth import Principal

EVENTS, KILLS = 600, 6


def started(broker):
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker, "BAKERY_PORT": "0"}
    command = [sys.executable, "-m", "shared.run", "all"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def tell(database, agency, count):
    for _ in range(count // 10):
        async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
            for _ in range(10):
                tx.publish(LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye"))


async def test_six_kills_lose_nothing_and_double_nothing(platform_db, broker, database, superuser, agency):
    seed = int(os.environ.get("TRELLIS_SEED", "0")) or random.randrange(10**6)
    print(f"TRELLIS_SEED={seed}")
    chance = random.Random(seed)
    for _ in range(KILLS):
        child = started(broker)
        await tell(database, agency, EVENTS // KILLS)
        await asyncio.sleep(chance.uniform(1.5, 4))
        child.kill()
        child.wait()
    child = started(broker)
    try:
        for _ in range(600):
            if await superuser.fetchval("SELECT count(*) FROM inbox WHERE agency_id = $1", agency) >= EVENTS:
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
    finally:
        child.kill()
        child.wait()
    found = "SELECT count(*) FROM {} WHERE agency_id = $1"
    assert await superuser.fetchval(found.format("event_log"), agency) == EVENTS
    assert await superuser.fetchval(found.format("loaf"), agency) == EVENTS
    assert await superuser.fetchval(found.format("inbox"), agency) == EVENTS
    assert await superuser.fetchval(found.format("parked"), agency) == 0
    assert await superuser.fetchval("SELECT count(*) = max(position) FROM event_log")
