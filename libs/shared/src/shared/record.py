"""What is written with the change in one statement before COMMIT: audit and events (decisions 9, 18, 21)."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.events import Event

if TYPE_CHECKING:
    from shared.db import Transaction

LARGEST_EVENT = 200_000
START_TIMER = """INSERT INTO timer (id, agency_id, kind, subject, key, due_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (agency_id, kind, subject, key) DO UPDATE SET due_at = excluded.due_at WHERE timer.fired_at IS NULL"""
STOP_TIMERS = """DELETE FROM timer WHERE agency_id = $1 AND subject = $2 AND fired_at IS NULL
AND ($3::text IS NULL OR kind = $3)"""
INTEND = """INSERT INTO outbound (id, agency_id, kind, subject, target, payload, correlation)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"""
LOCK_NAME = "SELECT pg_advisory_xact_lock(hashtextextended($1, 13))"
WAKE = "UPDATE parked SET state = 'ready' WHERE agency_id = $1 AND missing = $2 AND state = 'waiting'"
KEEP_KEY = """INSERT INTO data_key (agency_id, owner_id, key_id, wrapped) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING key_id, wrapped"""
READ_KEY = "SELECT key_id, wrapped FROM data_key WHERE agency_id = $1 AND owner_id = $2"

AUDIT = """audited AS (INSERT INTO audit (agency_id, actor_id, actor_client, roles, action, client_id, resource_id,
  purpose, outcome, code, consent_id, request_id, on_behalf_of, caused_by)
  SELECT $1, $2, $3, $4, a.action, a.client_id, a.resource_id, $5, a.outcome, a.code, a.consent_id, $6, $7, $8
  FROM unnest($9::text[], $10::uuid[], $11::uuid[], $12::text[], $13::text[], $14::uuid[])
    AS a (action, client_id, resource_id, outcome, code, consent_id))"""
# The outbox id is an identity taken by the INSERT, after the row of the aggregate's sequence is locked (decision 9).
EVENTS = """told AS (SELECT * FROM unnest($15::uuid[], $16::text[], $17::text[], $18::text[], $19::uuid[], $20::jsonb[])
    WITH ORDINALITY AS e (event_id, type, topic, key, aggregate_id, data, place)),
counted AS (INSERT INTO aggregate_sequence AS s (agency_id, aggregate_id, last)
  SELECT $1, aggregate_id, count(*) FROM told GROUP BY aggregate_id ORDER BY aggregate_id
  ON CONFLICT (agency_id, aggregate_id) DO UPDATE SET last = s.last + excluded.last RETURNING aggregate_id, last),
sent AS (INSERT INTO outbox (agency_id, event_id, type, topic, key, aggregate_id, sequence, time, correlation,
    causation, actor, data)
  SELECT $1, t.event_id, t.type, t.topic, t.key, t.aggregate_id,
    c.last - count(*) OVER (PARTITION BY t.aggregate_id)
      + row_number() OVER (PARTITION BY t.aggregate_id ORDER BY t.place),
    $21, $6, $22, $23, t.data
  FROM told t JOIN counted c USING (aggregate_id) ORDER BY t.place)"""


@dataclass(frozen=True)
class Audit:
    action: str
    client_id: UUID | None = None
    resource_id: UUID | None = None
    consent_id: UUID | None = None
    outcome: str = "success"
    code: str | None = None


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


async def write(driver: Any, tx: "Transaction") -> None:
    """Audit and events of a transaction in one statement; nothing when there is nothing."""
    if not tx.audits and not tx.events:
        return
    by, audits, events = tx.by, tx.audits, tx.events
    data = [told(e) for _, e in events]
    values: list[Any] = [
        tx.agency_id,
        by.id,
        by.client_id,
        sorted(by.roles),
        by.purpose,
        tx.request_id,
        by.actor,
        by.caused_by,
        [a.action for a in audits],
        [a.client_id for a in audits],
        [a.resource_id for a in audits],
        [a.outcome for a in audits],
        [a.code for a in audits],
        [a.consent_id for a in audits],
    ]
    if events:
        values += [
            [i for i, _ in events],
            [type(e).NAME for _, e in events],
            [type(e).TOPIC or tx.service for _, e in events],
            [str(e.key) for _, e in events],
            [e.aggregate_id for _, e in events],
            data,
            tx.now,
            str(tx.cause) if tx.cause else None,
            str(by.id),
        ]
    await driver.execute(statement(with_events=bool(events)), *values)
    tx.audits, tx.events = [], []
