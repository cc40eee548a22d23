"""Seals the audit off the hot path: each few seconds, one seal per agency over what was committed since (decision 21).

Ids are given before commit, so a row may come in behind one that is seen already. A row is sealed only when every
transaction that held the audit open as its id was given has ended: what is not seen then never comes.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag

from shared import heads, metrics, months
from shared.clock import real_now
from shared.log import logger
from shared.seals import Seal, Signer, leaf_of, new_seal
from shared.settings import ServiceSettings

EVERY, HOUR = 3.0, 3600.0
LEADER = 7303
AT_ONCE = 5000
IN_UTC = {"timezone": "UTC"}
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
LEAD = "SELECT pg_try_advisory_lock($1)"
GIVEN = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM audit_id_seq"
HOLDERS = """SELECT coalesce(array_agg(DISTINCT virtualtransaction), '{}') FROM pg_locks
WHERE relation = 'audit'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND mode = 'RowExclusiveLock'"""
ROWS = """SELECT id, agency_id, jsonb_strip_nulls(to_jsonb(a))::text AS said FROM audit a
WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3"""
LAST = """SELECT * FROM audit_seal WHERE (agency_id, number) IN
(SELECT agency_id, max(number) FROM audit_seal GROUP BY agency_id)"""
ADD = """INSERT INTO audit_seal (agency_id, number, after_id, until_id, ids, leaves, root, previous, head, key_id,
  signature, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"""
KEYS = "SELECT key_id, master, sealed FROM seal_key ORDER BY made_at DESC"
ADD_KEY = "INSERT INTO seal_key (key_id, master, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
SINCE = "SELECT * FROM audit_seal WHERE at >= $1 ORDER BY until_id, agency_id"


@dataclass
class Horizon:
    """Up to which id every row is there that will ever be."""

    connection: Any
    settled: int = 0
    given: int = 0
    holders: set[str] = field(default_factory=set)

    async def look(self) -> int:
        """The ids are read first, then who holds the audit open: whoever takes an id holds it already."""
        if self.given == self.settled:
            self.given = await self.connection.fetchval(GIVEN)
            if self.given == self.settled:
                return self.settled
            self.holders = set(await self.connection.fetchval(HOLDERS))
        else:
            self.holders &= set(await self.connection.fetchval(HOLDERS))
        if not self.holders:
            self.settled = self.given
        return self.settled


class Sealer:
    def __init__(self, settings: ServiceSettings, service: str) -> None:
        self.settings, self.service = settings, service
        self.folder: Path | None = settings.audit_heads
        self.last: dict[UUID, Seal] = {}
        self.until, self.retain_at = 0, 0.0

    async def run(self) -> None:
        """One leads; the others ask again each few seconds whether it is gone."""
        name = {"application_name": f"{self.service}-sealer", **IN_UTC}
        connection = await asyncpg.connect(self.settings.dsn("auditor"), command_timeout=60, server_settings=name)
        try:
            while not await connection.fetchval(LEAD, LEADER):
                await asyncio.sleep(EVERY)
            await self.take_office(connection)
            while True:
                await self.round(connection)
                await self.retain(connection)
                await asyncio.sleep(EVERY)
        finally:
            connection.terminate()

    async def take_office(self, connection: Any) -> None:
        """Where the chain of each agency stands; the key that signs; heads that were not yet written outside."""
        self.last = {row["agency_id"]: Seal(**row) for row in await connection.fetch(LAST)}
        self.until = max((seal.until_id for seal in self.last.values()), default=0)
        self.horizon = Horizon(connection)
        self.signer = await own_signer(connection, self.settings)
        if self.folder:
            await asyncio.to_thread(heads.add, self.folder, self.service, await self.unwritten(connection))

    async def unwritten(self, connection: Any) -> list[Seal]:
        """Seals that a predecessor committed and died before he wrote them outside: those since the newest file."""
        assert self.folder
        newest = heads.files(self.folder, self.service)[-1:]
        known, since = heads.read(newest), max((heads.day_of(path) for path in newest), default=NEVER)
        found = [Seal(**row) for row in await connection.fetch(SINCE, since)]
        return [seal for seal in found if (seal.agency_id, seal.number) not in known]

    async def round(self, connection: Any) -> int:
        """Seal all that is settled. The number of rows."""
        settled, total = await self.horizon.look(), 0
        while self.until < settled:
            rows = await connection.fetch(ROWS, self.until, settled, AT_ONCE)
            until = rows[-1]["id"] if len(rows) == AT_ONCE else settled
            await self.seal(connection, rows, until)
            self.until, total = until, total + len(rows)
        return total

    async def retain(self, connection: Any) -> None:
        """Once an hour: months beyond retention into the archive, where there is one."""
        if self.settings.archive and time.monotonic() >= self.retain_at:
            await months.keep(connection, self.settings.archive, self.service, self.settings.audit_years)
            self.retain_at = time.monotonic() + HOUR

    async def seal(self, connection: Any, rows: Sequence[Any], until: int) -> None:
        """Committed first, then written outside: a head outside is never of a seal that is not."""
        made = await asyncio.to_thread(self.make, rows, until)
        if not made:
            return
        async with connection.transaction():
            await connection.executemany(ADD, [tuple(seal.__dict__.values()) for seal in made])
        self.last |= {seal.agency_id: seal for seal in made}
        if self.folder:
            await asyncio.to_thread(heads.add, self.folder, self.service, made)
        metrics.AUDIT_SEALED.inc(len(rows))
        for seal in made:
            logger.info("audit.sealed", agency=str(seal.agency_id), sequence=seal.number, position=seal.until_id,
                        count=len(seal.ids), head=seal.head.hex())  # fmt: skip

    def make(self, rows: Sequence[Any], until: int) -> list[Seal]:
        by_agency: dict[UUID, list[tuple[int, bytes]]] = {}
        for row_id, agency, said in rows:
            by_agency.setdefault(agency, []).append((row_id, leaf_of(said)))
        at = real_now()
        return [
            new_seal(self.last.get(agency), agency, found, until, at, self.signer)
            for agency, found in by_agency.items()
        ]


async def own_signer(connection: Any, settings: ServiceSettings) -> Signer:
    """The newest key that our master keys open, made at first use; also under today's master key, if it was not."""
    masters, found = settings.masters(), await connection.fetch(KEYS)
    for key_id, _, sealed in found:
        try:
            signer = Signer.opened(key_id, sealed, masters)
            break
        except InvalidTag:
            continue
    else:
        signer = Signer.new()
    if (signer.key_id, masters.name) not in {(row["key_id"], row["master"]) for row in found}:
        await connection.execute(ADD_KEY, signer.key_id, masters.name, signer.closed(masters))
    return signer
