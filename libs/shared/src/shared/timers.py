"""What falls due: rows fired once, each in one transaction with its effect (decision 15)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared import faults, metrics, problems
from shared.auth import Principal
from shared.db import Database, Transaction
from shared.errors import AppError, Unavailable
from shared.log import logger
from shared.waking import rest

AT_LEAST = 0.2  # seconds between two looks, however often it is woken
NET = 5.0  # seconds until it looks without having been woken
STUCK = 3  # attempts after which nobody waits for a timer any more; it is still tried, and told
DUE = """SELECT agency_id, id, kind FROM timer WHERE fired_at IS NULL AND due_at <= $1
AND (retry_at IS NULL OR retry_at <= clock_timestamp()) ORDER BY due_at, id LIMIT 200"""
NEXT = """SELECT min(greatest(extract(epoch FROM due_at - $1), extract(epoch FROM retry_at - clock_timestamp())))::float
FROM timer WHERE fired_at IS NULL AND due_at < $1 + make_interval(secs => $2)"""
TAKE = """SELECT id, agency_id, kind, subject, key, due_at FROM timer
WHERE agency_id = $1 AND id = $2 AND fired_at IS NULL AND due_at <= $3 FOR UPDATE SKIP LOCKED"""
FIRED = "UPDATE timer SET fired_at = $3 WHERE agency_id = $1 AND id = $2"
PUT_OFF = """UPDATE timer SET attempts = attempts + 1, reason = $3,
  retry_at = clock_timestamp() + make_interval(secs => least(power(2, least(attempts, 16)), 300))
WHERE agency_id = $1 AND id = $2 AND fired_at IS NULL RETURNING attempts"""


class NoHandler(AppError):
    """A timer of a kind that this version of the service does not know: it stays until one does."""

    code = "no-handler"


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
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Fire what is due; sleep until the next due time, or until woken: by a commit, or because the clock moved."""
        while True:
            try:
                wait = 0.0 if await self.round() else await self.until_next()
            except (OSError, TimeoutError, Unavailable) as error:
                metrics.LOOPS.labels("timers").inc()
                logger.warning("timers.restarted", error=type(error).__name__)
                wait = NET
            if wait:
                await rest(self.wake, wait, AT_LEAST)

    async def round(self) -> int:
        """Fire what is due now, oldest first; a timer that failed rests, so that those behind it come on."""
        fired = 0
        for row in await self.relay.look(DUE, self.database.clock.now()):
            fired += await self.fire(row["agency_id"], row["id"], row["kind"])
        if fired:
            self.after_commit()
        return fired

    async def until_next(self) -> float:
        """Seconds to sleep: business time runs as fast as real time between two moves of the clock."""
        (row,) = await self.relay.look(NEXT, self.database.clock.now(), NET)
        found: float | None = row[0]
        return NET if found is None else min(max(found, AT_LEAST), NET)

    async def fire(self, agency: UUID, timer_id: UUID, kind: str) -> int:
        """One timer, if nobody else has it. What fails is put off, with its reason."""
        try:
            done = await self.take(agency, timer_id)
        except Exception as error:
            await self.put_off(agency, timer_id, kind, error)
            return 0
        if done:
            metrics.TIMERS.labels(kind).inc()
        return int(done)

    async def take(self, agency: UUID, timer_id: UUID) -> bool:
        """Its effect and its mark in one transaction; `tx.now` is the due time."""
        by = Principal.system(self.service, agency_id=agency, caused_by=str(timer_id))
        async with self.database.transaction(by, request_id=str(timer_id), cause=timer_id) as tx:
            row = await tx._driver.fetchrow(TAKE, agency, timer_id, self.database.clock.now())
            if row is None:
                return False
            if row["kind"] not in self.table:
                raise NoHandler()
            tx.now = row["due_at"]
            await self.table[row["kind"]](tx, Timer(**dict(row)))
            await tx._driver.execute(FIRED, agency, timer_id, self.database.clock.now())
            faults.hit("timer.applied")
        return True

    async def put_off(self, agency: UUID, timer_id: UUID, kind: str, error: Exception) -> None:
        """Tried again after 1, 2, 4 … 300 s of real time, by whichever worker is there then."""
        reason = error.code if isinstance(error, AppError) else problems.sqlstate(error) or type(error).__name__
        async with self.database.transaction(Principal.system(self.service, agency_id=agency)) as tx:
            attempts = await tx._driver.fetchval(PUT_OFF, agency, timer_id, reason)
        metrics.TIMERS_FAILED.labels(kind).inc()
        logger.error("timer.failed", event_id=str(timer_id), kind=kind, reason=reason, attempt=attempts)
