import asyncio

from prometheus_client import Gauge
from shared.auth import Principal
from shared.db import PLATFORM, Database

from gateway import queries

EVERY = 5.0
WAITING = Gauge("trellis_break_glass_reviews", "Break-glass grants that nobody has reviewed yet")
OVERDUE = Gauge("trellis_break_glass_reviews_overdue", "Those of them whose review is overdue")
OLDEST = Gauge("trellis_break_glass_reviews_oldest_seconds", "Business time since the oldest of them was opened")


async def measure_reviews(database: Database) -> None:
    """Of the whole installation: no agency and nobody is named."""
    async with database.transaction(Principal.system("gateway", agency_id=PLATFORM)) as tx:
        waiting, overdue, oldest = await queries.count_waiting_reviews(tx)
    WAITING.set(waiting)
    OVERDUE.set(overdue)
    OLDEST.set(oldest)


async def keep_measuring_reviews(database: Database) -> None:
    while True:
        await measure_reviews(database)
        await asyncio.sleep(EVERY)
