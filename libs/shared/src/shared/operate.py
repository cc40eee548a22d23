"""What an operator does to a service's events: `SERVICE=intake python -m shared.run parked list`, `… republish`.

Exit codes: 0 done, 1 not done or something still refuses, 2 wrongly asked.
"""

import asyncio
import getpass
import json
import logging
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from shared import parked
from shared.clock import Clock
from shared.db import Database
from shared.errors import AppError, NotFound
from shared.inbox import Inbox, Line
from shared.settings import ServiceSettings

HEADS = "SELECT topic, part FROM log_head ORDER BY topic, part"
BEYOND = """SELECT count(*) FROM event_log
WHERE topic = ANY ($1) AND ($2::int IS NULL OR part = $2) AND position > $3
  AND position <= (SELECT published FROM log_counter)"""
ASK = """INSERT INTO republish (topic, part, after) SELECT topic, part, $3 FROM log_head
WHERE topic = ANY ($1) AND ($2::int IS NULL OR part = $2) AND position > $3"""
ABOUT = "Events set aside: refused (parked), come too early (waiting), or queued behind one of these."
DAY, HOUR, MINUTE = 86_400, 3_600, 60
HEADINGS = ("state", "topic", "type", "aggregate", "event", "reason or missing", "tries", "age")


@dataclass
class Desk:
    """One service's database as an operator works on it."""

    service: str
    relay: Any
    database: Database
    load: Callable[[], dict[str, Line]]

    @cached_property
    def inbox(self) -> Inbox:
        """Made when handlers must run: their import is most of the time that a look takes."""
        return Inbox(self.database, self.service, self.load())

    async def tell_worker(self) -> None:
        """Wake the service's worker: there may be events to send and rows to take up."""
        async with self.database.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute("NOTIFY outbox")


@asynccontextmanager
async def desk(service: str, settings: ServiceSettings, load: Callable[[], dict[str, Line]]) -> AsyncIterator[Desk]:
    database = Database(settings, service, Clock(), size=2)
    relay = await asyncpg.connect(settings.dsn("relay"), timeout=5, command_timeout=60)
    try:
        yield Desk(service, relay, database, load)
    finally:
        relay.terminate()
        await database.close()


# what may be asked


def parser(prog: str, shared: Sequence[ArgumentParser] = ()) -> ArgumentParser:
    """`shared`: options that the caller takes beside ours."""
    top = ArgumentParser(prog=prog, description="Look after events: those set aside here, and those to be sent again.")
    json_too = ArgumentParser(add_help=False)
    json_too.add_argument("--json", action="store_true", help="for scripts")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="parked|republish")
    aside = verbs.add_parser("parked", help="events that were refused or wait", description=ABOUT)
    deeds = aside.add_subparsers(dest="deed", required=True, metavar="list|show|retry|drop")
    common = [json_too, *shared]
    add_list(deeds.add_parser("list", parents=common, help="what is set aside, and why"))
    show = deeds.add_parser("show", parents=common, help="one event: its envelope, its reason, what queues behind it")
    show.add_argument("event", type=UUID)
    add_retry(deeds.add_parser("retry", parents=common, help="take up again, in order"))
    add_drop(deeds.add_parser("drop", parents=common, help="give one event up; what queued behind it goes on"))
    add_republish(verbs.add_parser("republish", parents=common, help="send events again; repetitions have no effect"))
    return top


def add_list(found: ArgumentParser) -> None:
    add_filters(found)
    found.add_argument("--type")
    found.add_argument("--aggregate", type=UUID)
    found.add_argument("--state", choices=parked.STATES)
    found.add_argument("--limit", type=count, default=200, help="rows at most (200)")


def add_filters(found: ArgumentParser) -> None:
    found.add_argument("--agency", type=UUID)
    found.add_argument("--topic")


def add_retry(found: ArgumentParser) -> None:
    add_filters(found)
    which = found.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="every aggregate")
    which.add_argument("--aggregate", type=UUID, help="one aggregate")
    which.add_argument("--type", help="aggregates whose first event is of this type")


def add_drop(found: ArgumentParser) -> None:
    found.add_argument("event", type=UUID)
    found.add_argument("--reason", type=code, required=True, help="a code for the audit, such as sent-in-error")
    found.add_argument("--by", type=login, default=None, help="who drops it, for the audit (your login)")
    found.add_argument("--yes", action="store_true", help="its effect will never be: say so")


def add_republish(found: ArgumentParser) -> None:
    found.add_argument("--topic", help="one topic of the service (all)")
    found.add_argument("--partition", type=int, choices=range(12), metavar="0-11", help="one partition (all)")
    found.add_argument("--after", type=int, default=0, metavar="POSITION", help="only what lies behind (0)")


def matching(pattern: str, what: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ArgumentTypeError(f"{text!r} is not {what}")
        return text

    return check


code = matching("[a-z][a-z0-9-]{1,39}", "a code: small letters, digits, hyphens, no sentence")
login = matching("[A-Za-z0-9._-]{1,40}", "a login: letters, digits, dots, hyphens")


def count(text: str) -> int:
    return int(matching("[1-9][0-9]{0,5}", "a number above zero")(text))


# what is answered


async def answer(at: Desk, asked: Namespace) -> tuple[Any, str, int]:
    """As JSON, as text, exit code."""
    deeds = {"list": list_them, "show": show_one, "retry": retry_them, "drop": drop_one, "republish": send_again}
    return await deeds[asked.deed if asked.verb == "parked" else asked.verb](at, asked)


async def list_them(at: Desk, asked: Namespace) -> tuple[Any, str, int]:
    wanted = parked.Wanted(asked.agency, asked.topic, asked.type, asked.aggregate, asked.state)
    found = await parked.list_aside(at.relay, wanted)
    rows, counts = found[: asked.limit], Counter(row["state"] for row in found)
    told = ", ".join(f"{counts[state]} {state}" for state in parked.STATES if counts[state])
    more = f" {len(found) - len(rows)} not shown: raise --limit." if len(found) > len(rows) else ""
    text = f"{table(rows)}\n{at.service}: {told}.{more}" if rows else f"{at.service}: nothing is set aside."
    return {"service": at.service, "counts": counts, "events": rows}, text, 0


async def show_one(at: Desk, asked: Namespace) -> tuple[Any, str, int]:
    row, text, behind = await parked.show_aside(at.relay, asked.event)
    envelope = json.loads(text)
    lines = [f"{name:<13} {value}" for name, value in {**row, **envelope}.items() if value is not None]
    queue = f"{len(behind)} behind it:\n{table(behind)}" if behind else "Nothing queues behind it."
    found = {"service": at.service, "event": row, "envelope": envelope, "behind": behind}
    return found, "\n".join([f"{'service':<13} {at.service}", *lines, queue]), 0


async def retry_them(at: Desk, asked: Namespace) -> tuple[Any, str, int]:
    wanted = parked.Wanted(asked.agency, asked.topic, asked.type, asked.aggregate)
    found: list[parked.Retried] = []
    async for one in parked.retry(at.relay, at.inbox, wanted):
        found.append(one)
        if len(found) % 500 == 0:
            print(f"{at.service}: {len(found)} aggregates taken up…", file=sys.stderr, flush=True)
    await at.tell_worker()
    left = [one for one in found if one.state]
    effects = sum(one.effects for one in found)
    first = (
        f"{at.service}: {effects} events took effect, {len(found) - len(left)} of {len(found)} aggregates are clear."
    )
    text = "\n".join([first, *map(still, left)]) if found else f"{at.service}: nothing to retry."
    said = {"service": at.service, "effects": effects, "aggregates": len(found), "left": [asdict(one) for one in left]}
    return said, text, 1 if left else 0


def still(one: parked.Retried) -> str:
    behind = f", {one.queued} behind it" if one.queued else ""
    return f"  {one.state}: {one.topic} {one.type} {one.event_id} ({one.because}){behind}"


async def drop_one(at: Desk, asked: Namespace) -> tuple[Any, str, int]:
    by, why = asked.by or own_login(), asked.reason
    one = await parked.drop(at.relay, at.database, at.inbox, asked.event, reason=why, by=by)
    await at.tell_worker()
    text = f"{at.service}: dropped {asked.event}; {one.effects} events behind it took effect."
    said = {"service": at.service, "dropped": asked.event, **asdict(one)}
    return said, "\n".join([text, *([still(one)] if one.state else [])]), 0


def own_login() -> str:
    try:
        return login(getpass.getuser())
    except (OSError, KeyError, ArgumentTypeError) as error:
        raise NotFound("This process runs as nobody known: say --by LOGIN.") from error


async def send_again(at: Desk, asked: Namespace) -> tuple[Any, str, int]:
    """Ask the relay for what lies behind a position. The receivers' inboxes see to it that nothing happens twice."""
    known = sorted({row["topic"] for row in await at.relay.fetch(HEADS)})
    if asked.topic and asked.topic not in known:
        raise NotFound(f"{at.service} told nothing on {asked.topic}; its topics: {', '.join(known) or 'none yet'}.")
    where = ([asked.topic] if asked.topic else known, asked.partition, asked.after)
    events = await at.relay.fetchval(BEYOND, *where)
    async with at.database.engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.execute(ASK, *where)
    await at.tell_worker()
    said = {"service": at.service, "topics": where[0], "events": events}
    return said, f"{at.service}: {events} events of {', '.join(where[0]) or 'no topic'} will be sent again.", 0


def table(rows: Sequence[Any]) -> str:
    cells = [HEADINGS, *map(cells_of, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


def cells_of(row: Any) -> tuple[str, ...]:
    told = (row["state"], row["topic"], row["type"], row["aggregate_id"], row["event_id"])
    because = row["reason"] or row["missing"] or ""
    return (*map(str, told), because, str(row["attempts"]), age(int(row["age_seconds"])))


def age(seconds: int) -> str:
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"


# the entry


def main(service: str, settings: ServiceSettings, load: Callable[[], dict[str, Line]], words: Sequence[str]) -> int:
    """`load` gives the service's handlers, by wire type, when they are needed."""
    asked = parser("python -m shared.run").parse_args(words)
    if getattr(asked, "yes", True) is False:
        return complain(f"{asked.event} would never take effect in {service}: say --yes if that is meant.")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        found, text, exit_code = asyncio.run(answered(service, settings, load, asked))
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        return complain(f"{service}'s database cannot be reached ({type(error).__name__}): is it up?")
    except AppError as error:
        return complain(f"{service}: {error.detail}")
    print(json.dumps(found, default=str, indent=2) if asked.json else text)
    return exit_code


async def answered(
    service: str, settings: ServiceSettings, load: Callable[[], dict[str, Line]], asked: Namespace
) -> tuple[Any, str, int]:
    async with desk(service, settings, load) as at:
        return await answer(at, asked)


def complain(line: str) -> int:
    print(line, file=sys.stderr)
    return 1
