"""The wall in the database itself: raw SQL of each role, and what falls when one table's policy is opened."""

import asyncio
import json
import os
import random
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest
from belongings import TABLES
from crawl import Found
from gateway.rules.routes import service_of
from operations import PEOPLE, UUID_FORM, scopes_of
from trellis.environment import package_of
from world import SERVICES, SLUGS

ROLES = ("owner", "app", "relay", "auditor")
OPEN_TO = {
    "relay": {"outbox", "event_log", "timer", "parked", "outbound", "idempotency", "inbox", "signed_out", "data_key"},
    "auditor": {"audit", "audit_seal"},
    "owner": {"audit_seal", "hold"},
}
"""What a role sees of every agency (decision 3): nothing clinical, and no agency's data but its own work. The relay sees
who is out, and which keys there are but no key; the owner's function that drops a month looks whether it may."""
ANYBODYS = {
    "alembic_version", "applied", "log_counter", "log_head", "republish", "sandbox_clock", "signing_key", "replica",
    "seal_key",
}  # fmt: skip
"""Tables without an agency's rows: positions, keys of the installation."""
ALL_TABLES = """SELECT c.oid::regclass::text AS name, c.relispartition AS is_part, coalesce(p.inhparent::regclass::text, '') AS parent
FROM pg_class c LEFT JOIN pg_inherits p ON p.inhrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace = 'public'::regnamespace ORDER BY 1"""
FUNCTIONS = """SELECT p.oid::regprocedure::text AS name, p.prosecdef AS is_definer,
  has_function_privilege('public', p.oid, 'EXECUTE') AS is_public FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace"""
DEFINERS = (
    "drop_day_of_log(", "drop_month_of_audit(", "make_partition(", "make_partitions(", "months_of_audit(",
    "registered_origins(", "waiting_reviews(",
)  # fmt: skip
KEYS = """SELECT conrelid::regclass::text AS name, conname, contype,
  (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) AS first
FROM pg_constraint WHERE contype IN ('p', 'u', 'f', 'x') AND conparentid = 0
  AND conrelid::regclass::text IN (SELECT relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    AND a.attname = 'agency_id' WHERE c.relnamespace = 'public'::regnamespace)"""
PLACED = {"outbox", "event_log", "audit"}
"""Keyed by the order of what happened, not by whose it is: only the relay and the sealer look there by key."""


@asynccontextmanager
async def connected(world, service, role=""):
    connection = await asyncpg.connect(world.dsn(service, role))
    try:
        yield connection
    finally:
        await connection.close()


async def seen(connection, table):
    """Rows that a role sees; 0 where it may not look at all."""
    try:
        return await connection.fetchval(f"SELECT count(*) FROM {table}")
    except asyncpg.InsufficientPrivilegeError:
        return 0


async def copied(connection, table):
    taken = []

    async def keep(data):
        taken.append(data)

    try:
        await connection.copy_from_query(f"SELECT * FROM {table}", output=keep)
    except asyncpg.InsufficientPrivilegeError:
        return 0
    return b"".join(taken).count(b"\n")


def begun(setting):
    return {
        "no setting": "BEGIN",
        "a wrong agency": f"BEGIN; SET LOCAL app.agency = '{uuid4()}'; SET LOCAL app.clinics = '*'; SET LOCAL app.reach = 'agency'",
        "what another transaction left": "BEGIN; SET LOCAL app.agency = '{}'; COMMIT; BEGIN",
    }[setting]


async def looked(world, service, role, setting):
    """Tables with rows seen, each with how many."""
    found = {}
    async with connected(world, service, role) as connection:
        tables = await connection.fetch(ALL_TABLES)
        for row in tables:
            table = row["parent"] or row["name"]
            if {row["name"], table} & (ANYBODYS | OPEN_TO.get(role, set())):
                continue
            agency = world.agency_id(SLUGS[0])
            await connection.execute(begun(setting).replace("{}", agency))
            count = await seen(connection, row["name"])
            await connection.execute("ROLLBACK; " + begun(setting).replace("{}", agency))
            count += await copied(connection, row["name"])
            await connection.execute("ROLLBACK")
            if count:
                found[row["name"]] = count
        return found, len(tables)


@pytest.mark.parametrize("setting", ["no setting", "a wrong agency", "what another transaction left"])
@pytest.mark.parametrize("role", ROLES)
def test_raw_sql_sees_no_row(world, requests, role, setting):
    async def every():
        return {service: await looked(world, service, role, setting) for service in SERVICES}

    found = asyncio.run(every())
    tables = sum(count for _, count in found.values())
    print(f"\n{role}, {setting}: {tables} tables and partitions of {len(SERVICES)} databases, read and copied")
    assert {service: rows for service, (rows, _) in found.items() if rows} == {}
    assert tables > 150


@pytest.mark.parametrize("service", SERVICES)
def test_the_relay_reads_no_key(world, requests, service):
    """It sees that there are some, to say which are still under an older one."""

    async def look():
        async with connected(world, service, "relay") as connection:
            assert await connection.fetchval("SELECT count(*) FROM data_key") > 0
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch("SELECT wrapped FROM data_key")

    asyncio.run(look())


def test_the_look_itself_finds_rows(world, requests):
    """The positive control: with its own agency's setting the app sees rows in most tables that have any."""

    async def look(service):
        async with connected(world, service, "app") as connection:
            agency = world.agency_id(SLUGS[0])
            await connection.execute(f"BEGIN; SET LOCAL app.agency = '{agency}'; SET LOCAL app.clinics = '*'")
            return {row["relname"]: await safely(connection, row["relname"]) for row in await connection.fetch(TABLES)}

    async def safely(connection, table):
        await connection.execute("SAVEPOINT one")
        try:
            return await connection.fetchval(f'SELECT count(*) FROM "{table}"')
        except asyncpg.InsufficientPrivilegeError:
            await connection.execute("ROLLBACK TO one")
            return 0

    for service in SERVICES[1:]:
        found = asyncio.run(look(service))
        assert sum(count > 0 for count in found.values()) > 5, found


@pytest.mark.parametrize("service", SERVICES)
def test_no_right_goes_round_the_wall(world, service):
    """No role bypasses it, no partition is granted, no view or function runs as somebody else but those listed."""

    async def look():
        async with connected(world, service) as connection:
            database = package_of(service)
            bypass = await connection.fetchval(
                "SELECT array_agg(rolname::text) FROM pg_roles WHERE rolname LIKE $1 AND (rolbypassrls OR rolsuper)",
                f"{database}_%",
            )
            granted = await connection.fetch(
                "SELECT c.relname FROM pg_class c WHERE c.relispartition AND c.relnamespace = 'public'::regnamespace "
                "AND c.relkind IN ('r', 'p') AND EXISTS (SELECT 1 FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner)"
            )
            views = await connection.fetch(
                "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace "
                "AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)"
            )
            functions = await connection.fetch(FUNCTIONS)
            keys = await connection.fetch(KEYS)
            return bypass, granted, views, functions, keys

    bypass, granted, views, functions, keys = asyncio.run(look())
    assert (bypass, granted, views) == (None, [], [])
    definers = [row["name"] for row in functions if row["is_definer"]]
    assert [name for name in definers if not name.startswith(DEFINERS)] == []
    assert [row["name"] for row in functions if row["is_definer"] and row["is_public"]] == []
    loose = [(r["name"], r["conname"]) for r in keys if r["first"] != "agency_id" and r["name"] not in PLACED]
    assert loose == []


def test_a_foreign_key_or_a_unique_key_tells_nothing_of_another_agency(world, requests):
    """The message of a violated key names what was sent and no row that is there."""

    async def try_each(service):
        async with connected(world, service) as superuser, connected(world, service, "app") as app:
            keys = await superuser.fetch(
                "SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint "
                "WHERE contype = 'f' AND conparentid = 0"
            )
            said, violated = [], 0
            for key in keys:
                row = await superuser.fetchrow(
                    f"SELECT * FROM {key['child']} WHERE agency_id = $1 LIMIT 1", world.agency_id(SLUGS[0])
                )
                if row is None:
                    continue
                values = {**row, "agency_id": world.agency_id(SLUGS[1])}
                await app.execute(
                    f"BEGIN; SET LOCAL app.agency = '{values['agency_id']}'; SET LOCAL app.clinics = '*'; SET LOCAL app.reach = 'agency'"
                )
                places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
                try:
                    await app.execute(
                        f"INSERT INTO {key['child']} ({', '.join(values)}) VALUES ({places})", *values.values()
                    )
                    await app.execute("SET CONSTRAINTS ALL IMMEDIATE")
                except asyncpg.PostgresError as error:
                    violated += 1
                    text = f"{error} {error.as_dict()}"
                    sent = " ".join(str(value) for value in values.values())
                    said += [(key["child"], found) for found in UUID_FORM.findall(text) if found not in sent]
                await app.execute("ROLLBACK")
            return violated, said

    tried = {service: asyncio.run(try_each(service)) for service in SERVICES}
    print(f"\n{sum(count for count, _ in tried.values())} foreign keys violated")
    assert {service: said for service, (_, said) in tried.items() if said} == {}
    assert sum(count for count, _ in tried.values()) > 15


# opening one table's policy


@asynccontextmanager
async def opened(world, service, table):
    """The table with its agency policy open, as if somebody had forgotten it."""
    async with connected(world, service) as superuser:
        await superuser.execute(f'ALTER POLICY agency ON "{table}" USING (true)')
        try:
            yield
        finally:
            await superuser.execute(f'ALTER POLICY agency ON "{table}" USING (agency_id = agency())')


async def foreign_rows(world, service, table):
    """Rows of others that the app of one agency sees in a table."""
    agency = world.agency_id(SLUGS[0])
    async with connected(world, service, "app") as connection:
        await connection.execute(f"BEGIN; SET LOCAL app.agency = '{agency}'; SET LOCAL app.clinics = '*'")
        return await connection.fetchval(f'SELECT count(*) FROM "{table}" WHERE agency_id <> $1', agency)


async def guarded(world, service):
    """Tables of a service with rows of two agencies at least that the app may read."""
    async with connected(world, service) as superuser:
        names = [row["relname"] for row in await superuser.fetch(TABLES)]
        return [
            name
            for name in names
            if await superuser.fetchval(
                "SELECT has_table_privilege($1, $2, 'SELECT')", f"{package_of(service)}_app", f'"{name}"'
            )
            and await superuser.fetchval(f'SELECT count(DISTINCT agency_id) FROM "{name}"') > 1
        ]


@pytest.fixture(scope="module")
def tables(world, requests):
    async def every():
        return [(service, table) for service in SERVICES for table in await guarded(world, service)]

    return asyncio.run(every())


def chosen(tables, count):
    """All with LONG=1, else some by chance; TRELLIS_SEED repeats the choice."""
    seed = os.environ.get("TRELLIS_SEED") or str(random.randrange(10**6))
    picked = tables if os.environ.get("LONG") else random.Random(seed).sample(tables, min(count, len(tables)))
    print(f"\nTRELLIS_SEED={seed}: {len(picked)} of {len(tables)} tables")
    return picked


def test_an_open_policy_of_any_table_shows_foreign_rows(world, tables):
    """Each table's policy alone holds its wall: with it 0 foreign rows, without it some."""

    async def try_one(service, table):
        before = await foreign_rows(world, service, table)
        async with opened(world, service, table):
            without = await foreign_rows(world, service, table)
        return before, without, await foreign_rows(world, service, table)

    found = {where: asyncio.run(try_one(*where)) for where in tables}
    print(f"\n{len(tables)} tables: foreign rows with their policy {sum(b for b, _, _ in found.values())}, "
          f"without it {sum(w for _, w, _ in found.values())}")  # fmt: skip
    assert len(tables) > 60
    assert {where: rows for where, rows in found.items() if rows[0] or not rows[1] or rows[2]} == {}


def shown_by_routes(world, requests, tables):
    """Tables whose rows a route reads by their ids: for those the crawler itself must turn red."""
    ids = {}

    async def take():
        for service, table in tables:
            async with connected(world, service) as superuser:
                columns = await superuser.fetch(
                    "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attname = 'id'", f'"{table}"'
                )
                if columns:
                    ids[service, table] = {str(row["id"]) for row in await superuser.fetch(f'SELECT id FROM "{table}"')}

    asyncio.run(take())
    reads = [r for r in requests.found.values() if r.operation.method == "GET" and r.row and r.path.endswith(r.row)]
    return {
        (service, table): asked
        for (service, table), known in ids.items()
        if (asked := [r for r in reads if r.row in known and owner_of(r.path) == service]) and table not in INDIRECT
    }


def owner_of(path):
    return service_of(path) or "gateway"


INDIRECT = {"relationship", "timer", "parked", "inbox"}


def test_the_crawler_turns_red_without_the_policy_of_a_table(world, requests, crawler, tables):
    """A table chosen at random loses its policy: the same requests that were 404 now bring foreign bytes."""
    read = shown_by_routes(world, requests, tables)
    picked = chosen(sorted(read), 3)

    async def attack(where):
        async with opened(world, *where):
            await crawler.run(
                crawler.intrude(request, other, username)
                for request in read[where]
                for username in PEOPLE
                if request.operation.scope in scopes_of(username)
                for other in SLUGS
                if other != request.agency
            )

    silent = []
    for where in picked:
        crawler.found = Found()
        asyncio.run(attack(where))
        print(
            json.dumps(
                {"opened": ".".join(where), "leaks": len(crawler.found.leaks), "answered": len(crawler.found.wrong)}
            )
        )
        silent += [] if crawler.found.leaks or crawler.found.wrong else [where]
    assert len(read) > 20
    assert silent == []
