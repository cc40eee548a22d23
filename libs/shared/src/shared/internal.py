"""Routes between our services only: never forwarded by the gateway, open to tokens with the scope `internal`."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request

from shared import archive
from shared.auth import Principal, requires
from shared.clock import real_now
from shared.edge import EdgeRoute, Tx
from shared.errors import NotFound
from shared.gauges import read_figures
from shared.schemas import In
from shared.timers import STUCK

router = APIRouter(prefix="/internal", route_class=EdgeRoute, include_in_schema=False)
ByService = Annotated[Principal, requires("internal")]
Limit = Annotated[int, Query(ge=1, le=20_000)]

ASK_AGAIN = sa.text("""INSERT INTO republish (topic, part, after)
SELECT :topic, h.part, a.position FROM log_head h
JOIN unnest(CAST(:parts AS int[]), CAST(:positions AS bigint[])) a (part, position)
ON a.part = h.part WHERE h.topic = :topic AND h.position > a.position""")
SET_CLOCK = sa.text("""INSERT INTO sandbox_clock (ahead) VALUES (:ahead) ON CONFLICT (single) DO UPDATE
SET ahead = greatest(sandbox_clock.ahead, excluded.ahead)""")
TOLD = sa.text("""SELECT event_id, type, aggregate_id, sequence, committed_at FROM event_log
WHERE key = :key AND agency_id = agency() ORDER BY position""")
DONE = sa.text(
    "SELECT event_id, type, applied_at FROM inbox WHERE key = :key AND agency_id = agency() ORDER BY applied_at"
)
TELL_CLOCK = sa.text("SELECT pg_notify('clock', '')")
# A timer that is overdue hides none behind it: the clock must stop at their due times too.
REPORT = """SELECT
  (SELECT min(due_at) FROM timer WHERE fired_at IS NULL AND due_at > $1) AS next_due_at,
  (SELECT count(*) FROM outbox) + (SELECT position - published FROM log_counter)
    + (SELECT count(*) FROM timer WHERE fired_at IS NULL AND due_at <= $1 AND attempts < $2)
    + (SELECT count(*) FROM outbound WHERE state = 'pending' AND attempts < 5)
    + (SELECT count(*) FROM parked WHERE state = 'ready') + (SELECT count(*) FROM republish) AS busy,
  (SELECT count(*) FROM timer WHERE fired_at IS NULL AND due_at <= $1 AND attempts >= $2) AS stuck,
  (SELECT json_agg(json_build_array(topic, part, position)) FROM log_head) AS heads,
  (SELECT json_agg(json_build_array(topic, part, position)) FROM applied) AS applied"""


# A line for each event, its parts divided by tabs: JSON holds none unescaped, and nothing else may hold one. Positions
# have no hole, so that a window of so many of them is a page, whatever it holds.
LOG = """SELECT (SELECT position FROM log_counter) AS head, (SELECT min(position) FROM event_log) AS first,
  (SELECT string_agg(concat_ws(E'\t', agency_id, event_id, type, to_json(time) #>> '{}', data), E'\n' ORDER BY position)
   FROM event_log WHERE position > $2 AND position <= $3 AND topic = $1 AND type = ANY ($4)) AS events"""


LOOKS = """SELECT id, at, actor_id, actor_client, roles, action, resource_id, purpose, outcome, code, consent_id,
  request_id, on_behalf_of, caused_by, grant_id FROM audit
WHERE agency_id = $1 AND client_id = $2 AND at >= $3 AND at < $4 AND id > $5 ORDER BY id LIMIT $6"""


class Applied(In):
    """Positions per partition that a consumer has applied of one topic."""

    topic: str
    applied: dict[int, int]


LINE = ("agency_id", "event_id", "type", "time", "data")


class Sight(In):
    """A subject as its token would tell of it, and a client."""

    subject: UUID
    reach: str
    clients: list[UUID]
    client_id: UUID


class NewTime(In):
    now: datetime


SEEN = sa.text("""SELECT can_see(:client_id), ARRAY(SELECT kind FROM relationship
WHERE agency_id = agency() AND staff_id = :subject AND client_id = :client_id AND (until IS NULL OR until > :now)
ORDER BY kind)""")


def nested(rows: Any) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for topic, part, position in rows:
        found.setdefault(topic, {})[part] = position
    return found


@router.post("/applied")
async def post_applied(applied: Applied, request: Request, tx: Tx, by: ByService) -> dict[str, int]:
    """What a consumer applied; the relay sends again what lies beyond (decision 11)."""
    asked = await tx.run(
        ASK_AGAIN, topic=applied.topic, parts=list(applied.applied), positions=list(applied.applied.values())
    )
    request.app.state.wake()
    return {"asked": asked}


@router.get("/clock")
async def get_clock(request: Request, tx: Tx, by: ByService) -> dict[str, datetime]:
    """This service's business time."""
    return {"now": request.app.state.clock.now()}


@router.post("/clock")
async def post_clock(new: NewTime, request: Request, tx: Tx, by: ByService) -> dict[str, Any]:
    """Move this service's clock forward: sandbox mode only. The answer is the progress at the new time."""
    if not request.app.state.settings.sandbox:
        raise NotFound()
    await tx.run(SET_CLOCK, ahead=new.now - real_now())
    await tx.rows(TELL_CLOCK)
    request.app.state.clock.set(new.now)
    request.app.state.wake()
    return await report_of(request)


@router.get("/progress")
async def get_progress(request: Request, tx: Tx, by: ByService) -> dict[str, Any]:
    """Heads of the log, positions applied here, how much is still to do, how many timers fail lastingly, and when the
    next is due."""
    return await report_of(request)


async def report_of(request: Request) -> dict[str, Any]:
    """One look in the relay's role. A topic that is listened to and of which nothing came is named as well."""
    state = request.app.state
    (row,) = await state.relay.look(REPORT, state.clock.now(), STUCK)
    applied: dict[str, dict[int, int]] = {topic: {} for topic in state.worker.consumer.topics}
    return {
        "heads": nested(row["heads"] or ()),
        "applied": applied | nested(row["applied"] or ()),
        **{name: row[name] for name in ("busy", "stuck", "next_due_at")},
    }


@router.get("/figures")
async def get_figures(request: Request, tx: Tx, by: ByService) -> dict[str, Any]:
    """What is set aside, unsent, overdue and pending here; since when the consumer has not moved."""
    figures = await read_figures(request.app.state.relay, request.app.state.clock)
    return {**figures, "consumer_age": request.app.state.worker.consumer.age}


@router.get("/log")
async def get_log(
    topic: str, after: int, types: str, limit: Limit, request: Request, tx: Tx, by: ByService
) -> dict[str, Any]:
    """A page of this service's log, the archive's days included: for a rebuild of what was projected from it."""
    wanted, state = types.split(","), request.app.state
    (row,) = await state.relay.look(LOG, topic, after, after + limit, wanted)
    lines = [row["events"]] if row["events"] else []
    if after + 1 < (row["first"] or row["head"] + 1):
        lines[:0] = await asyncio.to_thread(archived, state.worker.relay.archive, topic, after, limit, wanted)
    reached = min(after + limit, row["head"])
    return {"events": "\n".join(lines), "next": reached, "more": reached < row["head"]}


def archived(folder: Path | None, topic: str, after: int, limit: int, types: Sequence[str]) -> list[str]:
    """What a window holds of the days that left the table."""
    found = archive.rows(folder, after) if folder and folder.exists() else iter(())
    window = takewhile(lambda row: row["position"] <= after + limit, found)
    mine = (row for row in window if row["topic"] == topic and row["type"] in types)
    return ["\t".join(row[name] for name in LINE) for row in mine]


@router.get("/audit")
async def get_audit(
    client_id: UUID, since: datetime, until: datetime, after: int, limit: Limit, request: Request, tx: Tx, by: ByService
) -> list[dict[str, Any]]:
    """A page of what was done here about a client, in the order of ids. To ask is to look: it is audited too."""
    tx.audit("audit.read", subject=client_id, by=by)
    found = await request.app.state.auditor.look(LOOKS, tx.agency_id, client_id, since, until, after, limit)
    return [dict(row) for row in found]


@router.get("/trail")
async def get_trail(client_id: UUID, tx: Tx, by: ByService) -> dict[str, Any]:
    """Events told here about a client, and events of others that took effect here."""
    told, done = await tx.rows(TOLD, key=str(client_id)), await tx.rows(DONE, key=str(client_id))
    return {"events": [dict(row._mapping) for row in told], "effects": [dict(row._mapping) for row in done]}


@router.post("/sight")
async def post_sight(asked: Sight, request: Request, by: ByService) -> dict[str, Any]:
    """Whether a subject sees a client's rows here, by the function that guards them, and what relates the two."""
    them = Principal(asked.subject, by.agency_id, reach=asked.reach, clients=tuple(asked.clients))
    async with request.app.state.database.transaction(them) as tx:
        ((is_seen, kinds),) = await tx.rows(SEEN, client_id=asked.client_id, subject=asked.subject, now=tx.now)
    return {"is_seen": is_seen, "kinds": kinds}
