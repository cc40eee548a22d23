"""The floor: the same rows by hand. One starlette route, one asyncpg statement, nothing that could be left out.

It walls rows by row level security and writes the row, the audit row, the event and its sequence as referrals does.
It verifies no token, checks no more of a body than that it has its fields, and knows one caller: its environment's.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import uuid_utils
import uvicorn
from privacy import codings, label_of
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

AGENCY, SUBJECT = UUID(os.environ["BENCH_AGENCY"]), UUID(os.environ["BENCH_SUBJECT"])
ROLES = [os.environ["BENCH_ROLE"]]
PLAIN, PART2 = codings(label_of("needs")), codings(label_of("needs", is_part2=True))

# The walls read these settings. Every scan hangs on `who` by LATERAL: it cannot run before they are set.
WHO = """who AS MATERIALIZED (SELECT set_config('app.agency', $1::uuid::text, true)::uuid AS agency,
  set_config('app.subject', $2::uuid::text, true)::uuid AS subject, set_config('app.now', $3::timestamptz::text, true),
  set_config('app.reach', 'agency', true), set_config('app.clinics', '*', true), set_config('app.clients', '', true))"""
AUDIT = """INSERT INTO audit (agency_id, actor_id, actor_client, roles, action, client_id, resource_id, purpose,
  outcome, request_id)
  SELECT DISTINCT who.agency, who.subject, 'sandbox', $5::text[], {action}, f.client_id, {resource}::uuid,
    'TREAT', 'success', $6::text FROM who, found f"""
WRITE = f"""WITH {WHO},
seen AS (SELECT c.id FROM who, LATERAL (SELECT id FROM client WHERE agency_id = who.agency AND id = $4 AND can_see(id)
  OFFSET 0) c),
found AS (INSERT INTO need (id, agency_id, version, created_at, client_id, domain, code, screening_id, priority,
    wants_help, status, identified_at, identified_by, security_labels)
  SELECT $7::uuid, who.agency, 1, $3, seen.id, $8::text, $9::text, $10::uuid, $11::text, $12::boolean, 'open', $3,
    who.subject, CASE WHEN EXISTS (SELECT FROM part2_episode WHERE agency_id = who.agency AND client_id = seen.id)
    THEN $15::text[] ELSE $16::text[] END FROM who, seen RETURNING id, client_id, security_labels),
audited AS ({AUDIT.format(action="'need.identify'", resource="f.id")}),
counted AS (INSERT INTO aggregate_sequence AS s (agency_id, aggregate_id, last)
  SELECT who.agency, f.id, 1 FROM who, found f
  ON CONFLICT (agency_id, aggregate_id) DO UPDATE SET last = s.last + excluded.last RETURNING last),
sent AS (INSERT INTO outbox (agency_id, event_id, type, topic, key, aggregate_id, sequence, time, correlation, actor,
    data)
  SELECT who.agency, $13::uuid, 'need.identified.v1', 'referrals', f.client_id::text, f.id, counted.last, $3, $6,
    who.subject::text, $14::jsonb FROM who, found f, counted)
SELECT security_labels FROM found"""
COLUMNS = """id, version, client_id, domain, code, screening_id, priority, wants_help, status, identified_at,
  identified_by, resolved_at, security_labels"""
READ = f"""WITH {WHO},
found AS (SELECT n.* FROM who, LATERAL (SELECT {COLUMNS} FROM need
  WHERE agency_id = who.agency AND id = $4 AND can_see(client_id) OFFSET 0) n),
audited AS ({AUDIT.format(action="'need.read'", resource="f.id")})
SELECT * FROM found"""
PAGE = f"""WITH {WHO},
found AS (SELECT n.* FROM who, LATERAL (SELECT {COLUMNS} FROM need
  WHERE agency_id = who.agency AND client_id = $4 AND can_see(client_id) ORDER BY id DESC LIMIT $7) n),
audited AS ({AUDIT.format(action="'need.list'", resource="NULL")})
SELECT * FROM found"""

pool: asyncpg.Pool


def uuid7() -> UUID:
    return UUID(int=uuid_utils.uuid7().int)


def answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body, default=plain, separators=(",", ":")), status, media_type="application/json")


def plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


async def post_need(request: Request) -> Response:
    new, now, need_id = json.loads(await request.body()), datetime.now(UTC), uuid7()
    client_id, screening = UUID(new["client_id"]), new.get("screening_id")
    priority = new.get("priority", "routine")
    told = json.dumps({"need_id": str(need_id), "client_id": str(client_id), "domain": new["domain"]})
    made = await pool.fetchval(
        WRITE,
        AGENCY,
        SUBJECT,
        now,
        client_id,
        ROLES,
        str(uuid7()),
        need_id,
        new["domain"],
        new.get("code"),
        UUID(screening) if screening else None,
        priority,
        new["wants_help"],
        uuid7(),
        told,
        PART2,
        PLAIN,
    )
    if made is None:
        return answer({"title": "Unknown, or not for you"}, 404)
    body = {
        "id": need_id,
        "version": 1,
        "client_id": client_id,
        "domain": new["domain"],
        "code": new.get("code"),
        "screening_id": screening,
        "priority": priority,
        "wants_help": new["wants_help"],
        "status": "open",
        "identified_at": now,
        "identified_by": SUBJECT,
        "resolved_at": None,
        "security_labels": made,
    }
    return answer(body, 201)


async def get_need(request: Request) -> Response:
    wanted = UUID(request.path_params["need_id"])
    row = await pool.fetchrow(READ, AGENCY, SUBJECT, datetime.now(UTC), wanted, ROLES, str(uuid7()))
    return answer(dict(row)) if row else answer({"title": "Unknown, or not for you"}, 404)


async def list_needs(request: Request) -> Response:
    limit, client_id = int(request.query_params.get("limit", "50")), UUID(request.query_params["client_id"])
    rows = await pool.fetch(PAGE, AGENCY, SUBJECT, datetime.now(UTC), client_id, ROLES, str(uuid7()), limit + 1)
    shown = [dict(row) for row in rows[:limit]]
    return answer({"items": shown, "next_cursor": shown[-1]["id"].hex if len(rows) > limit else None})


async def get_ready(_: Request) -> Response:
    return answer({"status": "ready"})


async def unchanged(_: Any) -> None:
    """Every setting was local to its statement: there is nothing to reset."""


@contextlib.asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    global pool
    size = int(os.environ["BENCH_POOL"])
    options = {"server_settings": {"jit": "off"}, "reset": unchanged, "min_size": size, "max_size": size}
    async with asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], **options) as pool:
        yield


app = Starlette(
    routes=[
        Route("/v1/needs", post_need, methods=["POST"]),
        Route("/v1/needs", list_needs),
        Route("/v1/needs/{need_id}", get_need),
        Route("/health/ready", get_ready),
    ],
    lifespan=lifespan,
)

if __name__ == "__main__":
    config = uvicorn.Config(
        app, port=int(os.environ["BENCH_PORT"]), loop="uvloop", http="httptools", access_log=False, log_level="warning"
    )
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(uvicorn.Server(config).serve())
