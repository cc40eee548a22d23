"""Heads of the audit's chain outside the database: one file a day and service, lines only ever added.

Who can rewrite the database cannot rewrite these, and a tail that was cut off is missed here.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from shared.seals import Seal


@dataclass(frozen=True)
class Head:
    """One line: which seal, over which rows, and its head."""

    agency: UUID
    number: int
    first: int
    until: int
    count: int
    head: bytes

    @classmethod
    def of(cls, seal: Seal) -> "Head":
        return cls(seal.agency_id, seal.number, seal.ids[0], seal.until_id, len(seal.ids), seal.head)

    @classmethod
    def read(cls, line: str) -> "Head":
        said = json.loads(line)
        head = bytes.fromhex(said["head"])
        return cls(UUID(said["agency"]), said["number"], said["first"], said["until"], said["count"], head)

    def line(self, seal: Seal) -> str:
        said = {**self.__dict__, "agency": str(self.agency), "head": self.head.hex()}
        said |= {"key": seal.key_id, "signature": seal.signature.hex(), "at": seal.at.isoformat()}
        return json.dumps(said) + "\n"


def add(folder: Path, service: str, seals: Iterable[Seal]) -> None:
    """Written and on the disk when this returns."""
    by_day: dict[str, list[Seal]] = {}
    for seal in seals:
        by_day.setdefault(seal.at.date().isoformat(), []).append(seal)
    for day, found in by_day.items():
        path = folder / service / f"{day}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as out:
            out.writelines(Head.of(seal).line(seal) for seal in found)
            out.flush()
            os.fsync(out.fileno())


def files(folder: Path, service: str) -> list[Path]:
    return sorted((folder / service).glob("*.jsonl"))


def day_of(path: Path) -> datetime:
    return datetime.fromisoformat(path.stem).replace(tzinfo=UTC)


def read(paths: Iterable[Path]) -> dict[tuple[UUID, int], Head]:
    """By agency and number. A last line that was being written when the machine stopped is no line."""
    found: dict[tuple[UUID, int], Head] = {}
    for path in paths:
        for line in path.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                head = Head.read(line)
                found.setdefault((head.agency, head.number), head)
    return found
