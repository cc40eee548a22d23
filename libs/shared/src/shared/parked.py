"""Events set aside: what an operator reads of them, how they are taken up again, how one is dropped (decision 13).

Rows are read in the relay's role and changed in the app's, inside the row's agency. An event's data never leaves here.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid5

from shared import problems
from shared.auth import ALL_CLINICS, SYSTEM, Principal
from shared.db import Database, Transaction, uuid7
from shared.errors import AppError, NotFound
from shared.inbox import LOCK_BLOCK, UNBLOCK, UNPARK, Inbox

STATES = ("parked", "waiting", "ready", "queued")
ASIDE = """SELECT agency_id, event_id, topic, type, aggregate_id, position, state, missing, reason, attempts, parked_at,
  extract(epoch FROM clock_timestamp() - parked_at)::bigint AS age_seconds
FROM (SELECT *, row_number() OVER (PARTITION BY agency_id, topic, aggregate_id ORDER BY position) AS place FROM parked)
WHERE ($1::uuid IS NULL OR agency_id = $1) AND ($2::text IS NULL OR topic = $2) AND ($3::text IS NULL OR type = $3)
  AND ($4::uuid IS NULL OR aggregate_id = $4) AND ($5::text IS NULL OR state = $5) AND (NOT $6 OR place = 1)
ORDER BY topic, aggregate_id, position"""
ONE = "SELECT agency_id, topic, aggregate_id, envelope FROM parked WHERE event_id = $1"
QUEUE = """SELECT event_id, type, state, reason, missing FROM parked
WHERE agency_id = $1 AND topic = $2 AND aggregate_id = $3 ORDER BY position"""
MINE = "SELECT data ->> 'client_id' FROM parked WHERE agency_id = $1 AND event_id = $2"
NEXT = """UPDATE parked SET state = 'ready' WHERE agency_id = $1 AND event_id = (SELECT event_id FROM parked
WHERE agency_id = $1 AND topic = $2 AND aggregate_id = $3 ORDER BY position LIMIT 1) AND state = 'queued'"""


@dataclass(frozen=True)
class Wanted:
    """Which events. What is None does not narrow."""

    agency: UUID | None = None
    topic: str | None = None
    type: str | None = None
    aggregate: UUID | None = None
    state: str | None = None


@dataclass(frozen=True)
class Retried:
    """What taking up one aggregate brought. `left` is what stands first now, None when nothing is left."""

    topic: str
    aggregate_id: UUID
    effects: int
    queued: int = 0
    event_id: UUID | None = None
    type: str | None = None
    state: str | None = None
    because: str | None = None


async def list_aside(relay: Any, wanted: Wanted, *, firsts_only: bool = False) -> list[dict[str, Any]]:
    """What is wanted; with `firsts_only` only what stands first of its aggregate."""
    return [dict(row) for row in await relay.fetch(ASIDE, *asdict(wanted).values(), firsts_only)]


async def show_aside(relay: Any, event_id: UUID) -> tuple[dict[str, Any], str, list[dict[str, Any]]]:
    """One event, its envelope, and what stands behind it. Raises NotFound."""
    row = await one_aside(relay, event_id)
    queue = await list_aside(relay, Wanted(row["agency_id"], row["topic"], aggregate=row["aggregate_id"]))
    mine = [place for place, each in enumerate(queue) if each["event_id"] == event_id]
    if not mine:
        raise NotFound(f"Event {event_id} took effect or was dropped meanwhile.")
    return queue[mine[0]], row["envelope"], queue[mine[0] + 1 :]


async def one_aside(relay: Any, event_id: UUID) -> Any:
    row = await relay.fetchrow(ONE, event_id)
    if row is None:
        raise NotFound(f"No event {event_id} is set aside here.")
    return row


async def retry(relay: Any, inbox: Inbox, wanted: Wanted) -> AsyncIterator[Retried]:
    """Take up each aggregate whose first event is wanted, in order. One that refuses keeps no other waiting."""
    for first in await list_aside(relay, wanted, firsts_only=True):
        place = (first["agency_id"], first["topic"], first["aggregate_id"])
        done, broke = await taken_up(inbox, *place)
        yield outcome(place, done, await relay.fetch(QUEUE, *place), broke)


async def taken_up(inbox: Inbox, agency: UUID, topic: str, aggregate: UUID) -> tuple[int, str | None]:
    """How many took effect, and the code of what undid them all (the database went away, …)."""
    try:
        return await inbox.take_up(agency, topic, aggregate), None
    except Exception as error:
        return 0, error.code if isinstance(error, AppError) else problems.sqlstate(error) or type(error).__name__


def outcome(place: tuple[UUID, str, UUID], done: int, after: Sequence[Any], broke: str | None) -> Retried:
    if not after:
        return Retried(place[1], place[2], done)
    first = after[0]
    because = broke or first["reason"] or first["missing"]
    return Retried(*place[1:], done, len(after) - 1, first["event_id"], first["type"], first["state"], because)


def operator(name: str, agency_id: UUID) -> Principal:
    """Who dropped an event, for the audit: a person with access to the service's own process, not to its API."""
    return Principal(
        uuid5(SYSTEM, f"operator:{name}"),
        agency_id,
        frozenset({"operator"}),
        clinics=(ALL_CLINICS,),
        reach="agency",
        purpose="HOPERAT",
        client_id=f"operator:{name}",
    )


async def drop(relay: Any, database: Database, inbox: Inbox, event_id: UUID, *, reason: str, by: str) -> Retried:
    """Take one event out, with its audit; what queued behind it goes on in order. Raises NotFound."""
    row = await one_aside(relay, event_id)
    place = (row["agency_id"], row["topic"], row["aggregate_id"])
    async with database.transaction(operator(by, row["agency_id"]), request_id=str(uuid7())) as tx:
        await take_out(tx, place, event_id, reason)
    done, broke = await taken_up(inbox, *place)
    return outcome(place, done, await relay.fetch(QUEUE, *place), broke)


async def take_out(tx: Transaction, place: tuple[UUID, str, UUID], event_id: UUID, reason: str) -> None:
    """The blocking row first, then the event. The next one is marked ready: the sweep takes it up should we die."""
    await tx._driver.fetchval(LOCK_BLOCK, *place)
    client = await tx._driver.fetchval(MINE, place[0], event_id)
    if await tx._driver.execute(UNPARK, place[0], event_id) != "DELETE 1":
        raise NotFound(f"Event {event_id} took effect or was dropped meanwhile.")
    await tx._driver.execute(NEXT, *place)
    if not await tx._driver.fetchval(
        "SELECT 1 FROM parked WHERE (agency_id, topic, aggregate_id) = ($1, $2, $3)", *place
    ):
        await tx._driver.execute(UNBLOCK, *place)
    tx.audit("event.drop", subject=UUID(client) if client else None, resource=event_id, code=reason)
