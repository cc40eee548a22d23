"""Which partitions a worker follows: session locks in the service's own database, not a group in the broker.

Lane n is partition n of every topic. A worker that dies loses its lanes with its connection, at once; the others take
them within a second. Two who think that they hold the same lane do no harm: the applied position lets them take turns.
"""

import random
import time
from typing import Any

import asyncpg

MEMBERS, LANES, LONGEST = 7303, 7304, 1000
LOOK = 1.0
JOIN = "SELECT pg_try_advisory_lock($1::int, $2::int)"
LEAVE = "SELECT pg_advisory_unlock($1::int, $2::int)"
COUNT = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objsubid = 2 AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


class Lanes:
    """The lanes of one worker, on a connection of its own. A lost connection raises: begin anew."""

    def __init__(self, connection: "asyncpg.Connection[Any]", lanes: int) -> None:
        self.connection, self.lanes = connection, lanes
        self.mine: set[int] = set()
        self.looked = 0.0

    async def join(self) -> None:
        """Be counted. Raises nothing: one of a thousand places is free."""
        while not await self.connection.fetchval(JOIN, MEMBERS, random.randrange(LONGEST)):
            pass

    async def settle(self) -> bool:
        """Look each second how many we are, and take or give back lanes. True when they changed."""
        if (now := time.monotonic()) < self.looked + LOOK:
            return False
        self.looked = now
        before = set(self.mine)
        share = -(-self.lanes // max(1, await self.connection.fetchval(COUNT, MEMBERS)))
        for lane in sorted(self.mine)[share:]:
            await self.connection.fetchval(LEAVE, LANES, lane)
            self.mine.discard(lane)
        await self.take(share)
        return self.mine != before

    async def take(self, share: int) -> None:
        for lane in random.sample(range(self.lanes), self.lanes):
            if len(self.mine) >= share:
                return
            if lane not in self.mine and await self.connection.fetchval(JOIN, LANES, lane):
                self.mine.add(lane)
