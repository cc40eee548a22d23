"""Days of the log that left the table: for each a compressed file of JSON lines, with its count and checksum beside it.

A day is written, synced and read again before the table may forget it; the database then makes sure that it is old
enough, published, and of as many rows as were kept.
"""

import asyncio
import gzip
import hashlib
import json
import os
from collections.abc import AsyncIterator, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from shared import wire
from shared.log import logger

DAYS = "SELECT days_of_log($1)"
LINES = """SELECT row_to_json(l)::text FROM (SELECT position, topic, part, prev, agency_id, event_id, type, key,
aggregate_id, sequence, time, correlation, causation, actor, data::text AS data, committed_at FROM event_log
WHERE logged_on = $1 ORDER BY position) l"""
DROP = "SELECT drop_day_of_log($1, $2, $3)"
AT_ONCE = 4000


class DamagedArchive(OSError):
    """A file of the archive is not what was written: restore it from a copy."""


async def keep(connection: Any, folder: Path, days: int) -> None:
    """Move every day that is older than so many days into the folder."""
    for day in [row[0] for row in await connection.fetch(DAYS, days)]:
        count = await write(connection, folder, day)
        dropped = await connection.fetchval(DROP, day, count, days)
        logger.info("log.archived" if dropped else "log.kept", at=day.isoformat(), count=count)


async def write(connection: Any, folder: Path, day: date) -> int:
    """One day, under its own name only when it is whole and on the disk."""
    path, draft, count, first, last = folder / f"{day}.jsonl.gz", folder / f"{day}.new", 0, 0, 0
    with opened(draft) as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
            async with connection.transaction():
                async for (line,) in connection.cursor(LINES, day, prefetch=AT_ONCE):
                    packed.write(line.encode() + b"\n")
                    last = json.loads(line)["position"]
                    count, first = count + 1, first or last
        sync(raw)
    said = {"day": str(day), "count": count, "first": first, "last": last, "sha256": digest(draft)}
    draft.rename(path)
    write_whole(path.with_suffix(".json"), json.dumps(said))
    check(path)
    return count


def sync(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def opened(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def write_whole(path: Path, text: str) -> None:
    with path.open("w") as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def digest(path: Path) -> str:
    with path.open("rb") as found:
        return hashlib.file_digest(found, "sha256").hexdigest()


def check(path: Path) -> dict[str, Any]:
    """What is said of a file, when the file is that."""
    said: dict[str, Any] = json.loads(path.with_suffix(".json").read_text())
    if digest(path) != said["sha256"]:
        raise DamagedArchive(f"{path.name} is damaged: restore it from a copy.")
    return said


def rows(folder: Path, after: int) -> Iterator[dict[str, Any]]:
    """The archive's rows beyond a position, in order."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        if check(path)["last"] > after:
            with gzip.open(path, "rt") as lines:
                yield from (row for row in map(json.loads, lines) if row["position"] > after)


async def told(folder: Path | None, asked: dict[wire.Place, int]) -> AsyncIterator[list[Any]]:
    """What is asked for again and lies in the archive, as it is sent: topic and partition → beyond which position."""
    if not folder:
        return
    found = (
        wire.row_of(row)
        for row in rows(folder, min(asked.values()))
        if row["position"] > asked.get((row["topic"], row["part"]), row["position"])
    )
    while some := await asyncio.to_thread(lambda: list(islice(found, AT_ONCE))):
        yield some
