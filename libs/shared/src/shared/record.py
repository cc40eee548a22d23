"""What is written with the change in one statement before COMMIT: audit and events (decisions 9, 18, 21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.events import Event

if TYPE_CHECKING:
    from shared.auth import Principal
    from shared.db import Transaction

LARGEST_EVENT = 200_000
START_TIMER = """INSERT INTO timer (id, agency_id, kind, subject, key, due_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (agency_id, kind, subject, key) DO UPDATE
SET due_at = excluded.due_at, attempts = 0, retry_at = NULL WHERE timer.fired_at IS NULL"""
STOP_TIMERS = """DELETE FROM timer WHERE agency_id = $1 AND subject = $2 AND fired_at IS NULL
AND ($3::text IS NULL OR kind = $3)"""
INTEND = """INSERT INTO outbound (id, agency_id, kind, subject, target, payload, correlation)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"""
LOCK_NAME = "SELECT pg_advisory_xact_lock(hashtextextended($1, 13))"
WAKE = "UPDATE parked SET state = 'ready' WHERE agency_id = $1 AND missing = $2 AND state = 'waiting'"

# Each row carries its own context: a batch of events is many causes in one statement.
AUDIT = """audited AS (INSERT INTO audit (agency_id, actor_id, actor_client, roles, action, client_id, resource_id,
  purpose, outcome, code, consent_id, request_id, on_behalf_of, caused_by, grant_id)
  SELECT $1, a.actor_id, a.actor_client, string_to_array(a.roles, ','), a.action, a.client_id, a.resource_id, a.purpose,
    a.outcome, a.code, a.consent_id, a.request_id, a.on_behalf_of, a.caused_by, a.grant_id
  FROM unnest($2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::text[],
      $10::text[], $11::text[], $12::text[], $13::uuid[], $14::text[], $15::uuid[])
    AS a (action, client_id, resource_id, outcome, code, consent_id, actor_id, actor_client, roles, purpose, request_id,
      on_behalf_of, caused_by, grant_id))"""
# The outbox id is an identity taken by the INSERT, after the row of the aggregate's sequence is locked (decision 9).
EVENTS = """told AS (SELECT * FROM unnest($16::uuid[], $17::text[], $18::text[], $19::text[], $20::uuid[], $21::jsonb[],
      $22::timestamptz[], $23::text[], $24::text[], $25::text[])
    WITH ORDINALITY AS e (event_id, type, topic, key, aggregate_id, data, time, correlation, causation, actor, place)),
counted AS (INSERT INTO aggregate_sequence AS s (agency_id, aggregate_id, last)
  SELECT $1, aggregate_id, count(*) FROM told GROUP BY aggregate_id ORDER BY aggregate_id
  ON CONFLICT (agency_id, aggregate_id) DO UPDATE SET last = s.last + excluded.last RETURNING aggregate_id, last),
sent AS (INSERT INTO outbox (agency_id, event_id, type, topic, key, aggregate_id, sequence, time, correlation,
    causation, actor, data)
  SELECT $1, t.event_id, t.type, t.topic, t.key, t.aggregate_id,
    c.last - count(*) OVER (PARTITION BY t.aggregate_id)
      + row_number() OVER (PARTITION BY t.aggregate_id ORDER BY t.place),
    t.time, t.correlation, t.causation, t.actor, t.data
  FROM told t JOIN counted c USING (aggregate_id) ORDER BY t.place)"""


@dataclass(frozen=True)
class Audit:
    action: str
    client_id: UUID | None = None
    resource_id: UUID | None = None
    consent_id: UUID | None = None
    outcome: str = "success"
    code: str | None = None
    grant_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Stint:
    """What was said for one cause: a request, an event of a batch, a timer."""

    by: "Principal"
    now: datetime
    request_id: str
    cause: UUID | None
    audits: list[Audit]
    events: list[tuple[UUID, Event]]


@cache
def statement(*, with_events: bool) -> str:
    """Most reads tell nothing: the statement of their audit alone is a tenth cheaper for them."""
    return f"WITH {AUDIT}, {EVENTS} SELECT 1" if with_events else f"WITH {AUDIT} SELECT 1"


def told(event: Event) -> str:
    """An event carries ids, codes and times. One that the broker would refuse for ever is refused before it is kept."""
    text = event.model_dump_json()
    if len(text) > LARGEST_EVENT:
        raise ValueError(f"{type(event).NAME} is larger than {LARGEST_EVENT} characters.")
    return text


def audited(stints: Sequence[Stint]) -> list[Any]:
    """The audit's fourteen columns, one array each."""
    rows = [
        (a.action, a.client_id, a.resource_id, a.outcome, a.code, a.consent_id,
         s.by.id, s.by.client_id, ",".join(sorted(s.by.roles)), s.by.purpose, s.request_id, s.by.actor, s.by.caused_by,
         a.grant_id)
        for s in stints
        for a in s.audits
    ]  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)] or [[]] * 14


def published(stints: Sequence[Stint], topic: str) -> list[Any]:
    """The events' ten columns, one array each; `topic` where the event has none of its own."""
    rows = [
        (known, type(e).NAME, type(e).TOPIC or topic, str(e.key), e.aggregate_id, told(e),
         s.now, s.request_id, str(s.cause) if s.cause else None, str(s.by.id))
        for s in stints
        for known, e in s.events
    ]  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)]


async def write(driver: Any, tx: "Transaction") -> None:
    """Audit and events of a transaction in one statement; nothing when there is nothing."""
    tx.set_down()
    if stints := tx.stints:
        tx.stints = []
        with_events = any(stint.events for stint in stints)
        values = [tx.agency_id, *audited(stints), *(published(stints, tx.service) if with_events else ())]
        await driver.execute(statement(with_events=with_events), *values)
