"""What every service's database says of exactly-once: read directly, each log beside each inbox.

An event that was logged has one inbox row in every service that listens to it, none is parked, and per aggregate
both the log and each inbox are in the order of the sequence.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from trellis.events.catalogue import services
from trellis.layout import SERVICES, package_of

LOG = "SELECT event_id, type, topic, aggregate_id, sequence, position, causation, data FROM event_log ORDER BY position"
INBOX = "SELECT event_id, xmin::text::bigint AS done_in, applied_at FROM inbox ORDER BY applied_at"
LEFT = "SELECT (SELECT count(*) FROM parked) + (SELECT count(*) FROM blocked) + (SELECT count(*) FROM outbox)"


@dataclass
class Books:
    """The rows of one service."""

    service: str
    log: list[Mapping[str, Any]]
    inbox: list[Mapping[str, Any]]
    left: int


@dataclass(frozen=True)
class Tally:
    """`lost`: logged and not applied, or missing in the row of an aggregate's events. `twice`: logged or told twice.

    `astray`: an inbox row of an event that nobody logged. `left`: parked, blocked or unsent at the end.
    """

    events: int
    effects: int
    lost: int
    twice: int
    disordered: int
    astray: int
    left: int

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.twice or self.disordered or self.astray or self.left)


async def read_books(superuser_url: str) -> list[Books]:
    return [await read_book(superuser_url, service) for service in SERVICES]


async def read_book(superuser_url: str, service: str) -> Books:
    parts = urlsplit(superuser_url)
    connection = await asyncpg.connect(urlunsplit(parts._replace(path=f"/{package_of(service)}")))
    try:
        return Books(
            service, await connection.fetch(LOG), await connection.fetch(INBOX), await connection.fetchval(LEFT)
        )
    finally:
        await connection.close()


def tally(books: list[Books], listeners: Mapping[str, Mapping[str, list[str]]]) -> Tally:
    """Count what is wrong. `listeners`: service → wire type → topics."""
    logged = {event["event_id"]: event for book in books for event in book.log}
    wanted = {
        (book.service, event["event_id"])
        for book in books
        for event in logged.values()
        if hears(listeners[book.service], event)
    }
    applied = [(book.service, row["event_id"]) for book in books for row in book.inbox]
    return Tally(
        events=len(logged),
        effects=len(applied),
        lost=len(wanted - set(applied)) + sum(missing(book.log) for book in books),
        twice=sum(len(book.log) for book in books) - len(logged) + sum(repeated(book.log) for book in books),
        disordered=sum(disorder(book.log) + inbox_disorder(book.inbox, logged) for book in books),
        astray=len(set(applied) - wanted),
        left=sum(book.left for book in books),
    )


def hears(table: Mapping[str, list[str]], event: Mapping[str, Any]) -> bool:
    """A service takes what it has a handler for from every topic that it follows."""
    return event["type"] in table and any(event["topic"] in topics for topics in table.values())


def listeners_of_all() -> dict[str, dict[str, list[str]]]:
    return {service.name: dict(service.hears) for service in services()}


def by_aggregate(rows: Iterable[Mapping[str, Any]]) -> dict[Any, list[Mapping[str, Any]]]:
    found: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["aggregate_id"]].append(row)
    return found


def missing(log: Iterable[Mapping[str, Any]]) -> int:
    """Sequences of an aggregate that the log leaves out."""
    numbers = ({row["sequence"] for row in rows} for rows in by_aggregate(log).values())
    return sum(max(found) - len(found) for found in numbers)


def repeated(log: Iterable[Mapping[str, Any]]) -> int:
    """Events that one cause told twice of the same aggregate in the same words."""
    said = [(r["causation"], r["type"], r["aggregate_id"], r["data"]) for r in log if r["causation"]]
    return len(said) - len(set(said))


def disorder(log: Iterable[Mapping[str, Any]]) -> int:
    """Neighbours in the log of an aggregate that do not rise by their sequence."""
    return sum(falls([row["sequence"] for row in rows]) for rows in by_aggregate(log).values())


def inbox_disorder(inbox: Iterable[Mapping[str, Any]], logged: Mapping[Any, Mapping[str, Any]]) -> int:
    """Transactions of an inbox that applied an event of an aggregate after a later one of the same.

    What one transaction applied has no order among itself that could be read back.
    """
    known = [(logged[row["event_id"]], row["done_in"]) for row in inbox if row["event_id"] in logged]
    done: dict[tuple[Any, Any], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for event, done_in in known:
        done[event["topic"], event["aggregate_id"]][done_in].append(event["sequence"])
    batches = [list(found.values()) for found in done.values()]
    return sum(min(later) < max(earlier) for found in batches for earlier, later in pairwise(found))


def falls(numbers: list[int]) -> int:
    return sum(later <= earlier for earlier, later in pairwise(numbers))
