"""What falls due: rows fired once, each in one transaction with its effect (decision 15)."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared import faults, metrics, problems
from shared.auth import Principal
from shared.db import Database, Transaction
from shared.errors import Unavailable
from shared.log import logger

IDLE = 0.5
LONGEST_WAIT = 300.0
DUE = """SELECT agency_id, id FROM timer WHERE fired_at IS NULL AND due_at <= $1 AND id <> ALL ($2::uuid[])
ORDER BY due_at, id LIMIT 200"""
TAKE = """SELECT id, agency_id, kind, subject, key, due_at FROM timer
WHERE agency_id = $1 AND id = $2 AND fired_at IS NULL AND due_at <= $3 FOR UPDATE SKIP LOCKED"""
FIRED = "UPDATE timer SET fired_at = $3 WHERE agency_id = $1 AND id = $2"
SEQUENCE = "SELECT min(due_at) FROM timer WHERE fired_at IS NULL"


@dataclass(frozen=True)
class Timer:
    id: UUID
    agency_id: UUID
    kind: str
    subject: UUID
    key: str
    due_at: datetime


Handler = Callable[[Transaction, Timer], Awaitable[None]]


def due(kind: str, handler: Handler) -> tuple[str, Handler]:
    return kind, handler


def timers(*found: tuple[str, Handler]) -> dict[str, Handler]:
    """Kind → handler. Two handlers of one kind are a mistake that does not start."""
    if len(dict(found)) != len(found):
        raise TypeError("Each kind of timer has one handler.")
    return dict(found)


class TimerLoop:
    """The relay's role looks what is due; the app's role fires it, inside the row's agency."""

    def __init__(
        self,
        database: Database,
        relay: Database,
        service: str,
        table: dict[str, Handler],
        after_commit: Callable[[], None],
    ) -> None:
        self.database, self.relay, self.service, self.table, self.after_commit = (
            database,
            relay,
            service,
            table,
            after_commit,
        )
        self.failed: dict[UUID, tuple[int, float]] = {}

    async def run(self) -> None:
        while True:
            try:
                fired = await self.round()
            except (OSError, TimeoutError, Unavailable) as error:
                metrics.LOOPS.labels("timers").inc()
                logger.warning("timers.restarted", error=type(error).__name__)
                fired = 0
            await asyncio.sleep(0 if fired else IDLE)

    async def round(self) -> int:
        """Fire what is due now, oldest first; a timer that fails waits a while, so that those behind it come on."""
        resting = [timer for timer, (_, until) in self.failed.items() if until > time.monotonic()]
        async with self.relay.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            found = await driver.fetch(DUE, self.database.clock.now(), resting)
        fired = 0
        for row in found:
            fired += await self.fire(row["agency_id"], row["id"])
        if fired:
            self.after_commit()
        return fired

    async def fire(self, agency: UUID, timer_id: UUID) -> int:
        """One timer: its effect and its mark in one transaction; `tx.now` is the due time."""
        by = Principal.system(self.service, agency_id=agency, caused_by=str(timer_id))
        try:
            async with self.database.transaction(by, request_id=str(timer_id), cause=timer_id) as tx:
                row = await tx._driver.fetchrow(TAKE, agency, timer_id, self.database.clock.now())
                if row is None:
                    return 0
                tx.now = row["due_at"]
                if row["kind"] in self.table:
                    await self.table[row["kind"]](tx, Timer(**dict(row)))
                await tx._driver.execute(FIRED, agency, timer_id, self.database.clock.now())
                faults.hit("timer.applied")
        except Exception as error:
            logger.error(
                "timer.failed", event_id=str(timer_id), error=type(error).__name__, reason=problems.sqlstate(error)
            )
            metrics.LOOPS.labels("timer").inc()
            self.rest(timer_id)
            return 0
        self.failed.pop(timer_id, None)
        metrics.TIMERS.labels(row["kind"]).inc()
        return 1

    def rest(self, timer_id: UUID) -> None:
        """A failing timer is tried again after 1, 2, 4 … 300 s of real time; forgotten when this process ends."""
        times = self.failed.get(timer_id, (0, 0.0))[0] + 1
        self.failed[timer_id] = (times, time.monotonic() + min(2.0 ** min(times - 1, 16), LONGEST_WAIT))
