"""Another agency's facts in an envelope of ours: what follows stands with the envelope's agency, never with theirs."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import asyncpg
from belongings import tables_of
from trellis import environment
from world import SERVICES, SLUGS

THEIRS, OURS = SLUGS[0], SLUGS[2]
ONE_OF_EACH = """SELECT DISTINCT ON (type) to_jsonb(e) #>> '{}' AS said FROM event_log e WHERE agency_id = $1
ORDER BY type, position DESC"""
OWN_TIME = {
    "timer", "audit", "audit_seal", "inbox", "event_log", "outbox", "aggregate_sequence", "idempotency", "outbound",
}  # fmt: skip
"""Tables that the running platform itself writes meanwhile."""


async def told(world):
    """One event of each type that was told of their agency."""
    found = []
    for service in SERVICES:
        connection = await asyncpg.connect(world.dsn(service))
        found += [row["said"] for row in await connection.fetch(ONE_OF_EACH, world.agency_id(THEIRS))]
        await connection.close()
    return found


async def rows_of(world, service, slug):
    """Each table's rows of an agency, in one digest."""
    connection = await asyncpg.connect(world.dsn(service))
    found = {
        table: await connection.fetchrow(
            f'SELECT count(*), md5(string_agg(x::text, chr(10) ORDER BY x::text)) FROM "{table}" x WHERE agency_id = $1',
            world.agency_id(slug),
        )
        for table in await tables_of(connection)
        if table not in OWN_TIME
    }
    await connection.close()
    return found


def eaten(world, service, events):
    """How many events the service took in our envelope."""
    command = [sys.executable, str(Path(__file__).parent / "eat.py"), service, world.agency_id(OURS)]
    told_to = environment.of_service(world.layout, world.book, service)
    ran = subprocess.run(command, input="\n".join(events), env=told_to, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return int(ran.stdout.split()[-1])


def test_a_foreign_fact_in_our_envelope_changes_nothing_of_theirs(world, requests):
    events = asyncio.run(told(world))
    shown, harmed, taken = {}, {}, 0
    for service in SERVICES:
        before = [asyncio.run(rows_of(world, service, slug)) for slug in (THEIRS, OURS)]
        taken += eaten(world, service, events)
        after = [asyncio.run(rows_of(world, service, slug)) for slug in (THEIRS, OURS)]
        harmed[service], shown[service] = (
            sorted(name for name in old if old[name] != new[name]) for old, new in zip(before, after, strict=True)
        )
    print(f"\n{len(events)} kinds of event, {taken} taken; rows made of them: {json.dumps(shown)}")
    assert harmed == {service: [] for service in SERVICES}
    assert sum(bool(tables) for tables in shown.values()) >= 5
    assert len(events) > 25
