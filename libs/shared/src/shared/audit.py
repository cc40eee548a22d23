"""Verifies the audit: recomputes every leaf, root, head and signature; compares with the heads outside the database."""

import asyncio
import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared import heads, months
from shared.crypto import MasterKeys
from shared.heads import Head
from shared.sealer import IN_UTC, KEYS
from shared.seals import START, Seal, Signer, is_signed, leaf_of
from shared.settings import ServiceSettings

SNAPSHOT = "SELECT clock_timestamp()"
ROWS = """SELECT id, agency_id, jsonb_strip_nulls(to_jsonb(a))::text AS said FROM audit a
WHERE $1::uuid IS NULL OR agency_id = $1 ORDER BY id"""
SEALS = "SELECT * FROM audit_seal WHERE $1::uuid IS NULL OR agency_id = $1 ORDER BY until_id, agency_id"
UNSEALED = """SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::float FROM audit
WHERE id > $1 AND ($2::uuid IS NULL OR agency_id = $2)"""
OWNER_OF = "SELECT agency_id FROM audit WHERE id = $1"
AT_ONCE = 5000
JUST_NOW = timedelta(minutes=1)
Row = tuple[int, UUID, str]


@dataclass(frozen=True)
class Finding:
    """What is wrong from which row on. `seal` is the seal that shows it."""

    kind: str
    agency: UUID
    row: int
    seal: int
    text: str


@dataclass
class Report:
    """`findings` holds the first of each agency; `bad` counts all. Seconds and ages are real time."""

    rows: int = 0
    seals: int = 0
    bad: int = 0
    findings: dict[UUID, Finding] = field(default_factory=dict)
    unsealed: int = 0
    unsealed_age: float = 0.0
    seconds: float = 0.0
    outside: int | None = None

    def find(self, kind: str, agency: UUID, row: int, seal: int, text: str) -> None:
        self.bad += 1
        first = self.findings.get(agency)
        if first is None or row < first.row:
            self.findings[agency] = Finding(kind, agency, row, seal, text)

    @property
    def is_intact(self) -> bool:
        return not self.findings


@dataclass
class Chain:
    """One agency's chain on the way: the last seal that was seen, and rows that wait for theirs."""

    number: int = 0
    until: int = 0
    head: bytes = START
    waiting: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Verifier:
    keys: Mapping[str, Ed25519PublicKey]
    outside: Mapping[tuple[UUID, int], Head] | None
    now: datetime
    report: Report = field(default_factory=Report)
    chains: dict[UUID, Chain] = field(default_factory=dict)
    missing: list[tuple[int, UUID, int]] = field(default_factory=list)

    def row(self, row_id: int, agency: UUID, said: str) -> None:
        self.report.rows += 1
        chain = self.chains.get(agency)
        if chain is None:
            chain = self.chains[agency] = Chain()
        chain.waiting.append((row_id, said))

    def seal(self, seal: Seal) -> None:
        """All rows up to `until_id` were seen."""
        self.report.seals += 1
        chain = self.chains.setdefault(seal.agency_id, Chain())
        self.check_place(chain, seal)
        self.check_seal(seal)
        mine = [row for row in chain.waiting if row[0] <= seal.until_id]
        chain.waiting = chain.waiting[len(mine) :]
        self.check_rows(seal, mine)
        chain.number, chain.until, chain.head = seal.number, seal.until_id, seal.head

    def check_place(self, chain: Chain, seal: Seal) -> None:
        if seal.number != chain.number + 1:
            row = self.first_of(seal.agency_id, chain.number + 1, chain.until + 1)
            what = f"seals {chain.number + 1} to {seal.number - 1} were deleted"
            self.report.find("seal-deleted", seal.agency_id, row, chain.number + 1, what)
        elif seal.previous != chain.head or seal.after_id != chain.until:
            self.report.find(
                "rewritten", seal.agency_id, seal.ids[0], seal.number, "it does not follow its predecessor"
            )

    def check_seal(self, seal: Seal) -> None:
        first, outside = seal.ids[0], (self.outside or {}).get((seal.agency_id, seal.number))
        if not seal.is_whole:
            self.report.find("seal-changed", seal.agency_id, first, seal.number, "the seal itself was changed")
        elif not is_signed(seal, dict(self.keys)):
            self.report.find("forged", seal.agency_id, first, seal.number, "its head is not signed by a key of ours")
        if outside is not None and outside.head != seal.head:
            what = "another head stands outside the database: the chain was rewritten"
            self.report.find("rewritten", seal.agency_id, min(first, outside.first), seal.number, what)
        elif outside is None and self.outside is not None and seal.at < self.now - JUST_NOW:
            self.report.find("head-missing", seal.agency_id, first, seal.number, "its head is not outside the database")

    def check_rows(self, seal: Seal, rows: list[tuple[int, str]]) -> None:
        there = dict(rows)
        twice = (row_id for (row_id, _), (after, _) in pairwise(rows) if row_id == after)
        for row_id in (*(there.keys() - set(seal.ids)), *twice):
            self.report.find("inserted", seal.agency_id, row_id, seal.number, "it was not there when it was sealed")
        for place, row_id in enumerate(seal.ids):
            said = there.get(row_id)
            if said is None:
                self.missing.append((row_id, seal.agency_id, seal.number))
            elif leaf_of(said) != seal.leaf(place):
                kind, what = self.how(seal, row_id, said)
                self.report.find(kind, seal.agency_id, row_id, seal.number, what)

    def how(self, seal: Seal, row_id: int, said: str) -> tuple[str, str]:
        """Whether another row's content stands in this row's place."""
        places = {seal.leaf(place): one for place, one in enumerate(seal.ids)}
        for one in seal.ids:
            if places.get(leaf_of(said.replace(f'"id": {row_id},', f'"id": {one},', 1))) == one:
                return "swapped", f"it says what row {one} said"
        return "changed", "it does not say what it said when it was sealed"

    def first_of(self, agency: UUID, number: int, otherwise: int) -> int:
        head = (self.outside or {}).get((agency, number))
        return head.first if head else otherwise

    def end(self) -> None:
        """What the heads outside know beyond the last seal, and rows behind the horizon that no seal covers."""
        for (agency, number), head in (self.outside or {}).items():
            if number > self.chains.setdefault(agency, Chain()).number:
                what = f"the end was cut off: seal {number} over {head.count} rows stands outside the database only"
                self.report.find("cut", agency, head.first, number, what)
        horizon = max((chain.until for chain in self.chains.values()), default=0)
        for agency, chain in self.chains.items():
            for row_id, _ in chain.waiting:
                if row_id <= horizon:
                    self.report.find("inserted", agency, row_id, 0, "no seal covers it, though later rows are sealed")


async def verify(
    connection: Any, service: str, masters: MasterKeys, folder: Path | None, archive: Path | None, agency: UUID | None
) -> Report:
    """`connection` is the auditor's, in UTC. The heads are read first: what is sealed meanwhile is not missed."""
    outside = of_agency(heads.read(heads.files(folder, service)), agency) if folder else None
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        now, started = await connection.fetchval(SNAPSHOT), time.perf_counter()
        verifier = Verifier(await known_keys(connection, masters), outside, now)
        await walk(connection, verifier, months.rows(archive, service, agency), agency)
        verifier.end()
        await name_missing(connection, verifier)
        horizon = max((chain.until for chain in verifier.chains.values()), default=0)
        unsealed = await connection.fetchrow(UNSEALED, horizon, agency)
    report = verifier.report
    report.unsealed, report.unsealed_age = unsealed
    report.seconds, report.outside = time.perf_counter() - started, None if outside is None else len(outside)
    return report


async def walk(connection: Any, verifier: Verifier, archived: Iterator[Row], agency: UUID | None) -> None:
    """Rows in the order of their ids; each seal once its last row has passed."""
    seals = connection.cursor(SEALS, agency, prefetch=200).__aiter__()
    seal = await next_of(seals)
    async for row_id, owner, said in merged(archived, connection.cursor(ROWS, agency, prefetch=AT_ONCE)):
        while seal is not None and seal.until_id < row_id:
            verifier.seal(seal)
            seal = await next_of(seals)
        verifier.row(row_id, owner, said)
    while seal is not None:
        verifier.seal(seal)
        seal = await next_of(seals)


async def next_of(seals: Any) -> Seal | None:
    try:
        return Seal(**await anext(seals))
    except StopAsyncIteration:
        return None


async def merged(archived: Iterator[Row], rows: Any) -> AsyncIterator[Row]:
    """Both in order of id: months meet at midnight, and ids may pass each other there."""
    kept = next(archived, None)
    async for row in rows:
        while kept is not None and kept[0] < row[0]:
            yield kept
            kept = next(archived, None)
        yield row
    while kept is not None:
        yield kept
        kept = next(archived, None)


async def name_missing(connection: Any, verifier: Verifier) -> None:
    """A row that is gone was deleted, or stands under another agency now."""
    firsts: dict[UUID, tuple[int, int]] = {}
    for row_id, agency, number in verifier.missing:
        firsts[agency] = min(firsts.get(agency, (row_id, number)), (row_id, number))
    verifier.report.bad += len(verifier.missing) - len(firsts)
    for agency, (row_id, number) in firsts.items():
        other = await connection.fetchval(OWNER_OF, row_id)
        what = ("deleted", "it is gone") if other is None else ("moved", f"it stands under agency {other} now")
        verifier.report.find(what[0], agency, row_id, number, what[1])


async def known_keys(connection: Any, masters: MasterKeys) -> dict[str, Ed25519PublicKey]:
    """Public halves of the keys that our master keys open: nobody else could have put them there."""
    found: dict[str, Ed25519PublicKey] = {}
    for key_id, _, sealed in await connection.fetch(KEYS):
        try:
            found[key_id] = Signer.opened(key_id, sealed, masters).public
        except InvalidTag:
            continue
    return found


def of_agency(found: Mapping[tuple[UUID, int], Head], agency: UUID | None) -> dict[tuple[UUID, int], Head]:
    return {key: head for key, head in found.items() if agency in (None, key[0])}


def lines(service: str, report: Report) -> Iterable[str]:
    """What an operator reads."""
    speed = report.rows / report.seconds if report.seconds else 0
    seen = f"{report.rows:,} rows under {report.seals:,} seals in {report.seconds:.1f} s ({speed:,.0f} rows/s)"
    yield f"{service}: {seen}; not sealed yet: {report.unsealed:,}, the oldest for {report.unsealed_age:.1f} s."
    if report.outside is None:
        yield f"{service}: no heads outside the database were compared (TRELLIS_AUDIT_HEADS): a cut tail is not seen."
    for found in sorted(report.findings.values(), key=lambda one: one.row):
        yield f"{service}: agency {found.agency}, row {found.row}: {found.kind}: {found.text} (seal {found.seal})."
    if report.findings:
        yield f"{service}: TAMPERED WITH: {report.bad} findings; the first of each agency is named."


def main(service: str, settings: ServiceSettings, words: Sequence[str]) -> int:
    """`python -m shared.run audit-verify [--agency ID] [--json]`. 0 intact, 1 tampered with or not reachable."""
    asked = parser("python -m shared.run audit-verify").parse_args(words)
    try:
        report = asyncio.run(verified(service, settings, asked.agency))
    except (OSError, asyncpg.PostgresConnectionError) as error:
        print(f"{service} cannot be verified ({type(error).__name__}): {error}", file=sys.stderr)
        return 1
    print(json.dumps(said_of(report), default=str) if asked.json else "\n".join(lines(service, report)))
    return 0 if report.is_intact else 1


def parser(prog: str) -> ArgumentParser:
    found = ArgumentParser(prog=prog, description="Recompute the audit's chain; name the first row that differs.")
    found.add_argument("--agency", type=UUID, help="one agency (all)")
    found.add_argument("--json", action="store_true", help="for scripts")
    return found


async def verified(service: str, settings: ServiceSettings, agency: UUID | None) -> Report:
    connection = await asyncpg.connect(settings.dsn("auditor"), timeout=5, server_settings=IN_UTC)
    try:
        return await verify(connection, service, settings.masters(), settings.audit_heads, settings.archive, agency)
    finally:
        connection.terminate()


def said_of(report: Report) -> dict[str, object]:
    return {**asdict(report), "findings": [asdict(found) for found in report.findings.values()]}
