"""Months of the audit that left the table: after the years of retention, never while a hold stands in any agency.

A month's rows lie in a compressed file as they were hashed, with count and checksum beside it, so that the chain is
verified across it.
"""

import asyncio
import gzip
import heapq
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from shared import archive
from shared.log import logger

MONTHS = "SELECT months_of_audit($1)"
LINES = """SELECT concat_ws(E'\\t', id, agency_id, jsonb_strip_nulls(to_jsonb(a))) FROM audit a
WHERE at >= $1::timestamptz AND at < $1::timestamptz + interval '1 month' ORDER BY id"""
DROP = "SELECT drop_month_of_audit($1, $2, $3)"
AT_ONCE = 4000


async def keep(connection: Any, folder: Path, service: str, years: int) -> None:
    """Move every month that is older than so many years into the folder."""
    for month in [row[0] for row in await connection.fetch(MONTHS, years)]:
        count = await write(connection, folder / "audit" / service, month)
        dropped = await connection.fetchval(DROP, month, count, years)
        logger.info("audit.archived" if dropped else "audit.kept", at=month.isoformat(), count=count)


async def write(connection: Any, folder: Path, month: date) -> int:
    """One month, under its own name only when it is whole and on the disk."""
    path, draft, count = folder / f"{month:%Y-%m}.audit.gz", folder / f"{month:%Y-%m}.new", 0
    with archive.opened(draft) as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
            async with connection.transaction():
                async for (line,) in connection.cursor(
                    LINES, datetime(month.year, month.month, 1, tzinfo=UTC), prefetch=AT_ONCE
                ):
                    packed.write(line.encode() + b"\n")
                    count += 1
        archive.sync(raw)
    said = {"month": str(month), "count": count, "sha256": await asyncio.to_thread(archive.digest, draft)}
    draft.rename(path)
    archive.write_whole(path.with_suffix(".json"), json.dumps(said))
    archive.check(path)
    return count


def rows(folder: Path | None, service: str, agency: UUID | None) -> Iterator[tuple[int, UUID, str]]:
    """Every archived row in order of id. Raises DamagedArchive for a file that is not what was written."""
    paths = sorted((folder / "audit" / service).glob("*.audit.gz")) if folder else []
    for one, owner, said in heapq.merge(*map(rows_of, paths)):
        if agency in (None, owner):
            yield one, owner, said


def rows_of(path: Path) -> Iterator[tuple[int, UUID, str]]:
    archive.check(path)
    with gzip.open(path, "rt") as lines:
        for line in lines:
            one, owner, said = line.rstrip("\n").split("\t", 2)
            yield int(one), UUID(owner), said
