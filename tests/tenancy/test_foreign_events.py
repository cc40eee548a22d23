"""Another agency's facts in an envelope of ours: what follows stands with the envelope's agency, never with theirs."""

import asyncio
import importlib
import json
import os
import time

import asyncpg
from belongings import tables_of
from shared.clock import Clock
from shared.consumer import Inbox, Message
from shared.db import Database, uuid7
from shared.events import Envelope
from shared.run import package_of, settings_of
from shared.worker import handlers_of
from trellis import environment
from world import SERVICES, SLUGS

THEIRS, OURS = SLUGS[0], SLUGS[2]
PART = 99
"""A partition that no worker reads."""
ONE_OF_EACH = "SELECT DISTINCT ON (type) * FROM event_log WHERE agency_id = $1 ORDER BY type, position DESC"
OWN_TIME = {"timer", "audit", "inbox", "event_log", "outbox", "aggregate_sequence", "idempotency"}
"""Tables that the running platform itself writes meanwhile."""


async def told(world):
    """One event of each type that was told of their agency."""
    found = []
    for service in SERVICES:
        connection = await asyncpg.connect(world.dsn(service))
        found += await connection.fetch(ONE_OF_EACH, world.agency_id(THEIRS))
        await connection.close()
    return found


async def rows_of(connection, agency):
    """Each table's rows of an agency, in one digest."""
    return {
        table: await connection.fetchrow(
            f'SELECT count(*), md5(string_agg(x::text, chr(10) ORDER BY x::text)) FROM "{table}" x WHERE agency_id = $1',
            agency,
        )
        for table in await tables_of(connection)
        if table not in OWN_TIME
    }


def message_of(row, agency, number):
    envelope = Envelope(
        id=uuid7(),
        type=row["type"],
        source=f"/{row['topic']}",
        subject=row["aggregate_id"],
        time=row["time"],
        agency=agency,
        sequence=row["sequence"],
        position=time.time_ns() + number,
        prev=0,
        part=PART,
        topic=row["topic"],
        correlation="tenancy",
        actor=row["actor"],
    )
    return Message(envelope, row["data"])


async def received(world, service, events):
    """How many events the service took in our envelope; their rows and ours, before and after."""
    os.environ.update(environment.of_service(world.layout, world.book, service))
    table = handlers_of(importlib.import_module(f"{package_of(service)}.main").app.state.work)
    database = Database(settings_of(service), service, Clock())
    connection = await asyncpg.connect(world.dsn(service))
    ours, theirs = world.agency_id(OURS), world.agency_id(THEIRS)
    before = await rows_of(connection, theirs), await rows_of(connection, ours)
    inbox, taken = Inbox(database, service, table), 0
    for number, row in enumerate(one for one in events if one["type"] in table):
        await inbox.receive([message_of(row, ours, number)])
        taken += 1
    after = await rows_of(connection, theirs), await rows_of(connection, ours)
    await connection.close()
    await database.close()
    changed = [{name for name in old if old[name] != new[name]} for old, new in zip(before, after, strict=True)]
    return taken, changed


def test_a_foreign_fact_in_our_envelope_changes_nothing_of_theirs(world, requests):
    async def every():
        events = await told(world)
        return len(events), {service: await received(world, service, events) for service in SERVICES}

    kinds, found = asyncio.run(every())
    print(f"\n{kinds} kinds of event, {sum(taken for taken, _ in found.values())} taken: "
          + json.dumps({service: sorted(ours) for service, (_, (_, ours)) in found.items()}))  # fmt: skip
    assert {service: theirs for service, (_, (theirs, _)) in found.items() if theirs} == {}
    assert sum(bool(ours) for _, (_, ours) in found.values()) >= 5
    assert kinds > 25
