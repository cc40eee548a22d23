"""Effects on the outside world: intent committed, leased, sent under a stable id, outcome committed (decision 23)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from shared import faults, metrics
from shared.auth import Principal
from shared.db import Database, Transaction
from shared.errors import Unavailable
from shared.exits import Exit
from shared.log import logger
from shared.waking import rest

TIMEOUT = 20.0
LEASE = """UPDATE outbound SET lease = $1, leased_until = clock_timestamp() + interval '30 s', attempts = attempts + 1
WHERE (agency_id, id) IN (SELECT agency_id, id FROM outbound WHERE state = 'pending' AND next_at <= clock_timestamp()
  AND (leased_until IS NULL OR leased_until < clock_timestamp()) ORDER BY next_at LIMIT 10 FOR UPDATE SKIP LOCKED)
RETURNING id, agency_id, kind, subject, target, payload, attempts, correlation"""
SETTLE = "UPDATE outbound SET state = $4, leased_until = NULL WHERE agency_id = $1 AND id = $2 AND lease = $3"
LATER = """UPDATE outbound SET leased_until = NULL, next_at = clock_timestamp() + make_interval(secs => $4)
WHERE agency_id = $1 AND id = $2 AND lease = $3"""
NEXT = """SELECT min(extract(epoch FROM greatest(next_at, leased_until) - clock_timestamp()))::float
FROM outbound WHERE state = 'pending' AND next_at < clock_timestamp() + make_interval(secs => $1)"""
AT_LEAST = 0.2  # seconds between two looks, however often it is woken
NET = 5.0  # seconds until it looks without having been woken
LONGEST_WAIT = 300.0
LONGEST_WAIT_FOR_NEIGHBOUR = 5.0  # seconds: a service of ours that starts again is no outside that is down


@dataclass(frozen=True)
class Attempt:
    """What to send. `id` is stable over all attempts: the receiver knows a repetition by it."""

    id: UUID
    agency_id: UUID
    kind: str
    subject: UUID
    target: UUID | None
    payload: dict[str, Any]
    number: int
    by: Principal


@dataclass(frozen=True)
class Outcome:
    """`is_final` False: ask again later. `facts` is what the outside answered, for the use case that records it."""

    is_final: bool
    is_sent: bool
    facts: dict[str, Any] = field(default_factory=dict)
    longest_wait: float = LONGEST_WAIT


Send = Callable[[Attempt], Awaitable[Outcome]]
Recorded = Callable[[Transaction, Attempt, Outcome], Awaitable[None]]


@dataclass(frozen=True)
class Port:
    """`leaves`: what of a client goes out by it, as `send` was permitted just before; None where nobody is told of."""

    kind: str
    send: Send
    record: Recorded
    leaves: Exit | None


def port(kind: str, send: Send, *, record: Recorded, leaves: Exit | None) -> Port:
    return Port(kind, send, record, leaves)


def ports(*found: Port) -> dict[str, Port]:
    return {one.kind: one for one in found}


class OutboundLoop:
    def __init__(
        self,
        database: Database,
        relay: Database,
        service: str,
        table: dict[str, Port],
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
        """Send what is to be sent; sleep until the next attempt or until woken by a commit."""
        while self.table:
            try:
                found = await self.lease()
                await asyncio.gather(*(self.guarded(lease, row) for lease, row in found))
                wait = 0.0 if found else await self.until_next()
            except (OSError, TimeoutError) as error:
                metrics.LOOPS.labels("outbound").inc()
                logger.warning("outbound.restarted", error=type(error).__name__)
                wait = NET
            if wait:
                await rest(self.wake, wait, AT_LEAST)

    async def lease(self) -> list[tuple[UUID, Any]]:
        lease = uuid4()
        return [(lease, row) for row in await self.relay.look(LEASE, lease)]

    async def until_next(self) -> float:
        (row,) = await self.relay.look(NEXT, NET)
        found: float | None = row[0]
        return NET if found is None else min(max(found, AT_LEAST), NET)

    async def guarded(self, lease: UUID, row: Any) -> None:
        """An outcome that cannot be recorded is asked for again when the lease ends; the others go on."""
        try:
            await self.attempt(lease, row)
        except Exception as error:
            metrics.LOOPS.labels("outbound").inc()
            logger.error("outbound.unrecorded", port=row["kind"], event_id=str(row["id"]), error=type(error).__name__)

    async def attempt(self, lease: UUID, row: Any) -> None:
        """Send outside any transaction; then the outcome and what follows from it in one."""
        by = Principal.system(self.service, agency_id=row["agency_id"], caused_by=str(row["id"]))
        attempt = Attempt(
            row["id"], row["agency_id"], row["kind"], row["subject"], row["target"], row["payload"], row["attempts"], by
        )
        faults.hit("outbound.leased")
        outcome = await self.sent(attempt)
        faults.hit("outbound.sent")
        async with self.database.transaction(by, request_id=row["correlation"], cause=row["id"]) as tx:
            if outcome.is_final:
                state = "sent" if outcome.is_sent else "failed"
                held = await tx._driver.execute(SETTLE, row["agency_id"], row["id"], lease, state)
            else:
                wait = wait_after(attempt.number, outcome.longest_wait)
                held = await tx._driver.execute(LATER, row["agency_id"], row["id"], lease, wait)
            if held == "UPDATE 1" and outcome.is_final:
                await self.table[attempt.kind].record(tx, attempt, outcome)
        self.after_commit()
        metrics.OUTBOUND.labels(
            attempt.kind, "sent" if outcome.is_sent else "failed" if outcome.is_final else "later"
        ).inc()

    async def sent(self, attempt: Attempt) -> Outcome:
        try:
            return await asyncio.wait_for(self.table[attempt.kind].send(attempt), TIMEOUT)
        except Exception as error:
            logger.warning("outbound.failed", port=attempt.kind, attempt=attempt.number, error=type(error).__name__)
            longest = LONGEST_WAIT_FOR_NEIGHBOUR if isinstance(error, Unavailable) else LONGEST_WAIT
            return Outcome(is_final=False, is_sent=False, longest_wait=longest)


def wait_after(attempt: int, longest: float = LONGEST_WAIT) -> float:
    """Seconds until the next attempt; bounded before the power is taken (the 1,025th attempt would overflow)."""
    return min(2.0 ** min(attempt, 16), longest)
