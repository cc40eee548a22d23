"""What must hold after any fault: E1 each command one effect per subscriber, E2 order per aggregate, L0 nothing lost."""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from load import Command
from stack import Stack

RECORDS = Path(__file__).resolve().parent / "records"
STEP = {"loaf.bitten.v1": "loaf.bitten", "bite.praised.v1": "bite.praised", "crumbs.swept.v1": "crumbs.swept"}


@dataclass
class Findings:
    """All but the first four must be nought."""

    commands: int = 0
    acknowledged: int = 0
    events: int = 0
    effects: int = 0
    lost: int = 0
    unasked: int = 0
    missing: int = 0
    duplicated: int = 0
    order_broken: int = 0
    orphans: int = 0
    parked: int = 0
    open_transactions: int = 0
    details: list[str] = field(default_factory=list)

    def wrong(self, name: str, count: int, detail: str) -> None:
        if count:
            setattr(self, name, getattr(self, name) + count)
            self.details.append(f"{detail}: {count}")

    @property
    def is_clean(self) -> bool:
        return not self.details


async def drained(stack: Stack, agency: UUID, patience: float = 120) -> float:
    """Wait until every event of this agency has its effects, timers and faxes are done. The seconds that it took."""
    began = time.monotonic()
    left = await pending(stack, agency)
    while left and time.monotonic() - began < patience:
        await asyncio.sleep(0.25)
        left = await pending(stack, agency)
    if left:
        print(f"Not drained after {patience} s: {left}")
    return time.monotonic() - began


async def pending(stack: Stack, agency: UUID) -> dict[str, int]:
    bakery = await stack.database("bakery")
    found: dict[str, int] = dict(
        await bakery.fetchrow(
            """SELECT (SELECT count(*) FROM outbox) AS outbox, (SELECT position - published FROM log_counter) AS unsent,
            (SELECT count(*) FROM timer WHERE agency_id = $1 AND fired_at IS NULL) AS timers,
            (SELECT count(*) FROM outbound WHERE agency_id = $1 AND state = 'pending') AS faxes""",
            agency,
        )
    )
    told = await bakery.fetchval(
        "SELECT count(*) FROM event_log WHERE agency_id = $1 AND type = ANY ($2)", agency, list(STEP)
    )
    bites = await bakery.fetchval("SELECT count(*) FROM bite WHERE agency_id = $1", agency)
    noted = await bakery.fetchval("SELECT count(*) FROM effect WHERE agency_id = $1 AND what = 'bite.noted'", agency)
    found["noted"] = max(0, bites - noted)
    for eater in stack.eaters:
        meals = await (await stack.database(eater)).fetchval("SELECT count(*) FROM meal WHERE agency_id = $1", agency)
        found[eater] = max(0, told - meals)
    return {name: count for name, count in found.items() if count}


async def examine(stack: Stack, agency: UUID, ledger: Iterable[Command]) -> Findings:
    """Compare the ledger with what every database holds."""
    commands = list(ledger)
    found = Findings(commands=len(commands), acknowledged=sum(c.bite is not None for c in commands))
    bakery = await stack.database("bakery")
    bites = {row["id"]: row for row in await bakery.fetch("SELECT id, also FROM bite WHERE agency_id = $1", agency)}
    acknowledged = {c.bite for c in commands if c.bite}
    found.wrong("lost", len(acknowledged - bites.keys()), "acknowledged, not in the database")
    unsure = sum(c.bite is None for c in commands)
    found.wrong("unasked", max(0, len(bites.keys() - acknowledged) - unsure), "in the database, asked for by none")
    await examine_atomicity(bakery, agency, bites, commands, found)
    events = await examine_log(bakery, agency, bites, found)
    await examine_effects(stack, agency, bites, events, found)
    for name in ("bakery", *stack.eaters):
        database = await stack.database(name)
        await examine_rest(database, name, agency, found)
    return found


async def examine_atomicity(
    bakery: Any, agency: UUID, bites: dict[UUID, Any], commands: list[Command], found: Findings
) -> None:
    """Row, audit, event, key, timer and intent: all or none."""
    audits = Counter(
        row[0]
        for row in await bakery.fetch(
            "SELECT resource_id FROM audit WHERE agency_id = $1 AND action = 'loaf.bite' AND outcome = 'success'",
            agency,
        )
    )
    compare(found, "audit", bites, audits)
    keys = {row[0] for row in await bakery.fetch("SELECT key FROM idempotency WHERE agency_id = $1", agency)}
    found.wrong("orphans", abs(len(keys) - len(bites)), "keys without a row, or rows without a key")
    found.wrong("orphans", sum(c.key not in keys for c in commands if c.bite), "acknowledged without a key")
    for also, sql in (
        ("timer", "SELECT subject FROM timer WHERE agency_id = $1 AND kind = 'crumbs'"),
        ("fax", "SELECT subject FROM outbound WHERE agency_id = $1"),
    ):
        wanted = [bite for bite, row in bites.items() if row["also"] == also]
        compare(found, also, wanted, Counter(row[0] for row in await bakery.fetch(sql, agency)))


def compare(found: Findings, what: str, wanted: Iterable[Any], there: Counter[Any]) -> None:
    expected = set(wanted)
    found.wrong("orphans", len(expected - there.keys()), f"bites without {what}")
    found.wrong("orphans", len(there.keys() - expected), f"{what} without a bite")
    found.wrong("orphans", sum(n - 1 for n in there.values() if n > 1), f"second {what} of a bite")


async def examine_log(bakery: Any, agency: UUID, bites: dict[UUID, Any], found: Findings) -> dict[UUID, Any]:
    """Every bite told once; positions without a hole, chained per partition, in the order of each aggregate's sequence."""
    rows = await bakery.fetch(
        "SELECT event_id, type, topic, part, position, prev, aggregate_id, sequence, data ->> 'bite_id' AS bite FROM event_log "
        "WHERE agency_id = $1 AND type = ANY ($2) ORDER BY position", agency, list(STEP)
    )  # fmt: skip
    found.events = len(rows)
    compare(found, "event", bites, Counter(UUID(row["bite"]) for row in rows if row["type"] == "loaf.bitten.v1"))
    last: dict[UUID, int] = defaultdict(int)
    broken = 0
    for row in rows:
        broken += row["sequence"] != last[row["aggregate_id"]] + 1
        last[row["aggregate_id"]] = row["sequence"]
    found.wrong("order_broken", broken, "sequence and position disagree")
    holes = await bakery.fetchval("SELECT max(position) - count(*) FROM event_log")
    found.wrong("missing", abs(holes or 0), "holes in the log")
    unchained = await bakery.fetchval(
        "SELECT count(*) FROM (SELECT prev, lag(position, 1, 0::bigint) OVER (PARTITION BY topic, part ORDER BY position) AS before "
        "FROM event_log) l WHERE prev <> before"
    )
    found.wrong("order_broken", unchained, "links of a partition's chain")
    return {row["event_id"]: row for row in rows}


async def examine_effects(
    stack: Stack, agency: UUID, bites: dict[UUID, Any], events: dict[UUID, Any], found: Findings
) -> None:
    for eater in stack.eaters:
        rows = await (await stack.database(eater)).fetch(
            "SELECT event_id, what, at FROM meal WHERE agency_id = $1 ORDER BY place", agency
        )
        found.effects += len(rows)
        count_effects(found, eater, events, [row["event_id"] for row in rows])
        last: dict[Any, int] = defaultdict(int)
        broken = 0
        for row in rows:
            if event := events.get(row["event_id"]):
                place = (event["topic"], event["aggregate_id"])
                broken += event["sequence"] <= last[place]
                last[place] = max(last[place], event["sequence"])
        found.wrong("order_broken", broken, f"effects out of order in {eater}")
    bakery = await stack.database("bakery")
    rows = await bakery.fetch("SELECT bite_id, what FROM effect WHERE agency_id = $1", agency)
    found.effects += len(rows)
    for what, also in (("bite.noted", None), ("crumbs", "timer"), ("fax", "fax")):
        wanted = [bite for bite, row in bites.items() if also in (None, row["also"])]
        count_effects(found, what, wanted, [row["bite_id"] for row in rows if row["what"] == what])
    faxes = {str(row[0]) for row in await bakery.fetch("SELECT id FROM outbound WHERE agency_id = $1", agency)}
    found.wrong("missing", len(faxes - stack.office.received.keys()), "faxes never received")


def count_effects(found: Findings, where: str, wanted: Iterable[UUID], seen: list[UUID]) -> None:
    expected, there = set(wanted), Counter(seen)
    found.wrong("missing", len(expected - there.keys()), f"no effect in {where}")
    found.wrong("duplicated", sum(n - 1 for n in there.values()), f"second effects in {where}")
    found.wrong("unasked", len(there.keys() - expected), f"effects of nothing in {where}")


async def examine_rest(database: Any, name: str, agency: UUID, found: Findings) -> None:
    for table in ("parked", "blocked"):
        count = await database.fetchval(f"SELECT count(*) FROM {table} WHERE agency_id = $1", agency)
        found.wrong("parked", count, f"rows left in {table} of {name}")
    idle = await database.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%' "
        "AND state_change < clock_timestamp() - interval '5 s'"
    )
    found.wrong("open_transactions", idle, f"connections idle in a transaction of {name}")


async def on_the_topic(stack: Stack, topic: str) -> Counter[str]:
    """How often each event lies on the topic, by its id: read past every group."""
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.broker_address, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(topic, part) for part in range(12)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        seen, quiet = Counter[str](), 0
        while quiet < 4:
            batch = await consumer.getmany(timeout_ms=250)
            quiet = 0 if batch else quiet + 1
            for records in batch.values():
                ids = (dict(record.headers).get("ce_id") for record in records)
                seen.update(one.decode() for one in ids if one)
        return seen
    finally:
        await consumer.stop()


async def delays_after(stack: Stack, agency: UUID, moments: Iterable[float]) -> list[float]:
    """For each moment: ms until an event that was committed after it had its effect in every eater."""
    bakery = await stack.database("bakery")
    told = await bakery.fetch("SELECT event_id, committed_at FROM event_log WHERE agency_id = $1", agency)
    committed: dict[UUID, datetime] = {row["event_id"]: row["committed_at"] for row in told}
    found = []
    at = {}
    for eater in stack.eaters:
        rows = await (await stack.database(eater)).fetch("SELECT event_id, at FROM meal WHERE agency_id = $1", agency)
        for row in rows:
            at[row["event_id"]] = max(at.get(row["event_id"], 0.0), row["at"].timestamp())
    done = sorted((committed[event].timestamp(), when) for event, when in at.items() if event in committed)
    for moment in sorted(moments):
        after = [when for since, when in done if since > moment][:50]
        if after:
            found.append((min(after) - moment) * 1000)
    return found


def write_record(name: str, **said: Any) -> Path:
    """Leave what a run saw as JSON."""
    RECORDS.mkdir(exist_ok=True)
    path = RECORDS / f"{name}.json"
    path.write_text(json.dumps(said, indent=2, default=lambda found: asdict(found)) + "\n")
    return path
