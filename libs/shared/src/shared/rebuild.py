"""Rebuild a projection from the producers' logs: `SERVICE=scheduling python -m shared.run rebuild client`.

Folded in memory, copied into a shadow table, compared with the live one by a digest, swapped in one short transaction
under the lock of the applied positions (decision 12). What had no effect here yet has none in the shadow either.
Exit codes: 0 swapped (or, with --check, equal), 1 not, 2 wrongly asked.
"""

import asyncio
import gc
import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.errors import AppError, Refused
from shared.message import agency_of
from shared.neighbours import Neighbours
from shared.projections import Fact, Folded, Project, Row, Shape
from shared.settings import ServiceSettings

PAGE = 10_000
MIGRATING = "SELECT set_config('app.migrating', 'on', true)"
UNSEEN = """SELECT e.event_id::text FROM unnest($1::uuid[], $2::uuid[]) AS e (agency_id, event_id)
WHERE NOT EXISTS (SELECT FROM inbox i WHERE i.agency_id = e.agency_id AND i.event_id = e.event_id)"""
AS_AGENCY = "SELECT set_config('app.agency', $1, true)"
LOCK_APPLIED = "SELECT 1 FROM applied WHERE topic = ANY ($1) ORDER BY topic, part FOR UPDATE"
FOREIGN = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND $1::regclass IN (conrelid, confrelid)"
# Of a set of rows, in whatever order: two sums and an exclusive or of 64-bit hashes.
DIGEST = """SELECT md5(concat_ws(' ', count(*), bit_xor(hashtextextended(h, 1)), sum(hashtextextended(h, 2)::numeric),
  sum(hashtextextended(h, 3)::numeric))), count(*) FROM (SELECT row({columns})::text AS h FROM {table}) found"""
WALL = """SELECT EXISTS (SELECT FROM pg_policies WHERE tablename = $1 AND policyname = 'clinic'),
has_table_privilege($2, $1, 'DELETE')"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = $1"
Say = Callable[[int, int], None]
Entry = tuple[UUID, str, str, datetime, str]
ReadPage = Callable[[str, int], Any]


@dataclass(frozen=True)
class Rebuilt:
    """`events` is how many were read of the logs; the digests cover every column but version and created_at."""

    table: str
    events: int
    rows: int
    seconds: float
    swap_ms: float
    digest: str
    live_digest: str
    live_rows: int
    is_swapped: bool

    @property
    def is_equal(self) -> bool:
        return self.digest == self.live_digest

    @property
    def events_per_second(self) -> float:
        return self.events / max(self.seconds, 1e-9)


class Rebuild:
    """One table's new life: the rows of every agency, folded in the order of each log."""

    def __init__(self, shape: Shape, lines: Mapping[str, Project], connection: Any, read: ReadPage) -> None:
        self.shape, self.lines, self.connection, self.read = shape, lines, connection, read
        self.target = replace(shape, name=f"{shape.name}_shadow")
        self.folded: dict[UUID, Folded] = {}
        self.is_copied = False
        self.after = {topic: 0 for line in lines.values() for topic in line.topics}
        self.unapplied: list[Entry] = []
        self.events = 0

    async def catch_up(self, say: Say) -> None:
        """Fold all that the logs hold and that took effect here; keep aside what did not."""
        waiting, self.unapplied = self.unapplied, []
        await self.fold(waiting)
        for topic in sorted(self.after):
            more = True
            while more:
                page = await self.read(topic, self.after[topic])
                self.after[topic], more = page["next"], page["more"]
                entries = [entry_of(line) for line in page["events"].split("\n") if line]
                self.events += len(entries)
                await self.fold(entries)
                say(self.events, self.rows)

    async def fold(self, entries: Sequence[Entry]) -> None:
        unseen: set[str] = set()
        if entries:
            columns = [[entry[0] for entry in entries], [entry[1] for entry in entries]]
            unseen = {row[0] for row in await self.connection.fetch(UNSEEN, *columns)}
        for entry in entries:
            if entry[1] in unseen:
                self.unapplied.append(entry)
            else:
                await self.take(entry)

    async def take(self, entry: Entry) -> None:
        """Into memory; a change of a row that is not there makes none. Once copied, into the shadow."""
        agency, _, kind, at, data = entry
        line = self.lines[kind]
        said = line.fold(line.event.model_validate_json(data), at)
        fact = Fact(self.target, said.values, said.is_whole, said.newest)
        folded = self.folded.get(agency) or self.folded.setdefault(agency, Folded())
        is_known = fact.is_whole or tuple([fact.values[name] for name in fact.shape.keys]) in folded.of(fact.shape)
        if (self.is_copied or is_known) and not folded.take(fact, at):
            await self.write()
            folded.take(fact, at)

    async def write(self) -> None:
        """What came after the copy."""
        for agency, folded in self.folded.items():
            await self.connection.execute(AS_AGENCY, str(agency))
            await folded.write(self.connection)

    @property
    def rows(self) -> int:
        return sum(len(folded.of(self.target)) for folded in self.folded.values())

    def records(self) -> list[tuple[Any, ...]]:
        """Rows as the shadow takes them: the agency, every column, version and time where it has them."""
        return [
            (agency, *columns_of(self.shape, row))
            for agency, folded in self.folded.items()
            for row in folded.of(self.target).values()
        ]

    async def copy(self) -> None:
        more = ("version", "created_at") if self.shape.is_dated else ()
        columns = ("agency_id", *self.shape.types, *more)
        await self.connection.copy_records_to_table(self.target.name, records=self.records(), columns=columns)
        self.folded, self.is_copied = {}, True


def columns_of(shape: Shape, row: Row) -> Iterator[Any]:
    for name, kind in shape.types.items():
        value = row.values.get(name)
        yield json.dumps(value) if kind == "JSONB" else value
    yield from (1, row.at) if shape.is_dated else ()


def entry_of(line: str) -> Entry:
    agency, event_id, kind, at, data = line.split("\t", 4)
    return agency_of(agency.encode()), event_id, kind, datetime.fromisoformat(at), data


async def rebuild(
    service: str, settings: ServiceSettings, table: str, lines: Mapping[str, Project], *, say: Say, swap: bool = True
) -> Rebuilt:
    """Build the table anew and, with `swap`, put it in the place of the live one."""
    mine = {kind: line for kind, line in lines.items() if line.shape.name == table}
    if not mine:
        there = ", ".join(sorted({line.shape.name for line in lines.values()})) or "none"
        raise Refused(f"{service} has no projection {table}: there are {there}.")
    shape = next(iter(mine.values())).shape
    async with owner(settings) as connection, reader(service, settings, sorted(mine)) as read:
        if await connection.fetchval(FOREIGN, table):
            raise Refused(f"{table} has foreign keys: it cannot be swapped.")
        return await run(Rebuild(shape, mine, connection, read), settings.database, say, swap=swap)


async def run(work: Rebuild, database: str, say: Say, *, swap: bool) -> Rebuilt:
    table, shadow, connection = work.shape.name, work.target.name, work.connection
    started = time.perf_counter()
    async with connection.transaction():
        await connection.execute(MIGRATING)
        await connection.execute(f"DROP TABLE IF EXISTS {shadow}; CREATE TABLE {shadow} (LIKE {table} INCLUDING ALL)")
        await work.catch_up(say)
        await work.copy()
    copied = time.perf_counter()
    async with connection.transaction():
        await connection.execute(MIGRATING)
        await connection.execute(LOCK_APPLIED, sorted(work.after))
        await work.catch_up(say)
        await work.write()
        digest, rows = await digest_of(work, shadow)
        live, live_rows = await digest_of(work, table)
        await (put_in_place(connection, table, shadow, database) if swap else drop(connection, shadow))
    ended = time.perf_counter()
    return Rebuilt(table, work.events, rows, ended - started, (ended - copied) * 1000, digest, live, live_rows, swap)


async def digest_of(work: Rebuild, table: str) -> tuple[str, int]:
    columns = ", ".join(("agency_id", *sorted(work.shape.types)))
    found = await work.connection.fetchrow(DIGEST.format(columns=columns, table=table))
    return found[0], found[1]


async def drop(connection: Any, shadow: str) -> None:
    await connection.execute(f"DROP TABLE {shadow}")


async def put_in_place(connection: Any, table: str, shadow: str, database: str) -> None:
    """The shadow gets the live table's wall, its indexes' names and its name; the old one goes."""
    clinic, deletes = await connection.fetchrow(WALL, table, f"{database}_app")
    names = {
        plain(row["indexdef"], row["indexname"], table): row["indexname"]
        for row in await connection.fetch(INDEXES, table)
    }
    new = await connection.fetch(INDEXES, shadow)
    await connection.execute(f"DROP TABLE {table}; ALTER TABLE {shadow} RENAME TO {table}")
    for row in new:
        name = names[plain(row["indexdef"], row["indexname"], shadow)]
        await connection.execute(f'ALTER INDEX "{row["indexname"]}" RENAME TO "{name}"')
    await connection.execute("SELECT build_wall($1::regclass, clinic => $2, deletes => $3)", table, clinic, deletes)


def plain(definition: str, name: str, table: str) -> str:
    """An index's definition without its name and its table's."""
    return definition.replace(f" {name} ", " ", 1).replace(f".{table} ", ". ", 1)


@asynccontextmanager
async def owner(settings: ServiceSettings) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(settings.dsn("owner"), timeout=5)
    try:
        yield connection
    finally:
        connection.terminate()


@asynccontextmanager
async def reader(service: str, settings: ServiceSettings, kinds: Sequence[str]) -> AsyncIterator[ReadPage]:
    """A page of a producer's log, by the internal route of that producer."""
    neighbours = Neighbours(settings, service)

    async def read(topic: str, after: int) -> Any:
        params = {"topic": topic, "after": str(after), "types": ",".join(kinds), "limit": str(PAGE)}
        return await neighbours.get(topic.split(".")[0], "/internal/log", params=params)

    try:
        yield read
    finally:
        await neighbours.close()


def parser() -> ArgumentParser:
    found = ArgumentParser(
        prog="rebuild", description="Build a projection anew from the producers' logs and swap it in."
    )
    found.add_argument("projection", help="The projection's table.")
    found.add_argument("--check", action="store_true", help="Compare only; leave the live table.")
    found.add_argument("--json", action="store_true", help="For scripts.")
    return found


def main(service: str, settings: ServiceSettings, lines: Mapping[str, Any], arguments: Sequence[str]) -> int:
    asked = parser().parse_args(arguments)
    gc.disable()  # it would look at every row that is kept, again and again; nothing here is a cycle
    folds = {kind: line for kind, line in lines.items() if isinstance(line, Project)}
    try:
        found = asyncio.run(rebuild(service, settings, asked.projection, folds, say=progress, swap=not asked.check))
    except (AppError, OSError, asyncpg.PostgresError) as error:
        print(f"rebuild: {error}", file=sys.stderr)
        return 1
    print(json.dumps(asdict(found)) if asked.json else told(found))
    return 0 if found.is_swapped or found.is_equal else 1


def progress(events: int, rows: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{events:,} events read, {rows:,} rows", end="", file=sys.stderr, flush=True)


def told(found: Rebuilt) -> str:
    same = "equal" if found.is_equal else "NOT equal"
    swapped = f"swapped; consumers waited {found.swap_ms:.0f} ms" if found.is_swapped else "left as it was"
    return (
        f"{found.table}: {found.events:,} events, {found.rows:,} rows in {found.seconds:.2f} s "
        f"({found.events_per_second:,.0f} events/s); {swapped}\n"
        f"digest rebuilt {found.digest}\ndigest live    {found.live_digest} ({found.live_rows:,} rows): {same}"
    )
