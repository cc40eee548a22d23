"""`make faults-long`: thousands of kills under load; what was seen is kept in records/. Exit code 1 when anything is wrong.

A round is a storm, a calm and a whole check. TRELLIS_SEED repeats a run's choices (not its moments).
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVICES = HERE.parents[1] / "libs" / "shared" / "tests"
sys.path[:0] = [str(SERVICES / name / "src") for name in ("bakery", "eater")]

from check import write_record  # noqa: E402
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: E402
from shared.db import uuid7  # noqa: E402
from stack import APACHE, Stack  # noqa: E402
from storm import Storm, Weather, weathered  # noqa: E402

SUMMED = ("commands", "acknowledged", "events", "effects", "lost", "unasked", "missing", "duplicated", "order_broken", "orphans", "parked",
          "open_transactions")  # fmt: skip


def wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300 if APACHE else 3000)
    parser.add_argument("--round", type=int, default=100 if APACHE else 500)
    parser.add_argument("--eaters", type=int, default=2)
    parser.add_argument("--patience", type=float, default=300)
    parser.add_argument("--record", default="kills-apache-kafka" if APACHE else "kills-embedded-broker")
    return parser.parse_args()


async def run(wish: argparse.Namespace, seed: int) -> list[Weather]:
    stack, found = Stack(wish.eaters), []
    columns = (
        TextColumn("kills"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    try:
        with Progress(*columns) as progress:
            task = progress.add_task("starting", total=wish.kills)
            await stack.start()
            while (done := sum(weather.kills for weather in found)) < wish.kills:
                storm = Storm(stack, uuid7(), seed + len(found), min(wish.round, wish.kills - done))
                storm.say = lambda said, storm=storm, done=done: progress.update(
                    task, completed=done + storm.counted.total(), description=said
                )
                weather = await weathered(stack, storm.agency, storm, patience=wish.patience)
                found.append(weather)
                progress.update(task, completed=done + weather.kills, description=told(weather))
                progress.console.print(f"Round {len(found)}: {told(weather)}")
                if not weather.findings.is_clean:
                    progress.console.print(weather.findings.details)
                    await leave_evidence(stack)
                    break
    finally:
        await stack.stop()
    return found


async def leave_evidence(stack: Stack) -> None:
    """What stands in the logs of a run that went wrong, before its folder goes."""
    target = Path(os.environ.get("TRELLIS_STATE", HERE.parents[1] / ".trellis")) / "faults"
    target.mkdir(parents=True, exist_ok=True)
    for log in stack.folder.glob("*.log"):
        (target / log.name).write_bytes(log.read_bytes()[-5_000_000:])
    print(f"Logs are kept in {target}.")


def told(weather: Weather) -> str:
    found = weather.findings
    return (
        f"{weather.kills} kills in {weather.seconds:.0f} s; {found.acknowledged} acknowledged, {found.effects} effects; lost {found.lost}, "
        f"missing {found.missing}, twice {found.duplicated}, order broken {found.order_broken}, orphans {found.orphans}"
    )


def summed(rounds: list[Weather], seed: int, wish: argparse.Namespace, seconds: float) -> dict[str, object]:
    points, ended, faxes = Counter[str](), Counter[str](), Counter[str]()
    for weather in rounds:
        points.update(weather.per_point)
        ended.update(weather.ended_by_themselves)
        faxes.update(weather.faxes)
    totals = {name: sum(getattr(weather.findings, name) for weather in rounds) for name in SUMMED}
    kills = points.total()
    return {
        "broker": "Apache Kafka" if APACHE else "embedded (tansu, in memory)",
        "seed": seed,
        "kills": kills,
        "kills_per_point": dict(sorted(points.items())),
        "processes_that_ended_by_themselves": dict(ended),
        "eaters": wish.eaters,
        **totals,
        "at_most_per_kill_at_95_percent": f"3/{kills}" if kills else "",
        "faxes": dict(faxes),
        "recovery_ms_while_kills_go_on": {
            "p50": round(statistics.median(weather.recovery_ms["p50"] for weather in rounds)),
            "max": max(weather.recovery_ms["max"] for weather in rounds),
        },
        "seconds": round(seconds),
        "details": [line for weather in rounds for line in weather.findings.details],
    }


def main() -> int:
    wish, seed = wishes(), int(os.environ.get("TRELLIS_SEED", "0")) or random.randrange(10**6)
    began = time.monotonic()
    rounds = asyncio.run(run(wish, seed))
    said = summed(rounds, seed, wish, time.monotonic() - began)
    path = write_record(wish.record, **said)
    print(f"{said['kills']} kills, {said['acknowledged']} acknowledged: lost {said['lost']}, twice {said['duplicated']}, "
          f"order broken {said['order_broken']}, missing {said['missing']}. Kept in {path.relative_to(HERE.parents[1])}.")  # fmt: skip
    return 0 if all(weather.findings.is_clean for weather in rounds) and said["kills"] else 1


if __name__ == "__main__":
    sys.exit(main())
