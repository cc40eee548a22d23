"""`trellis chaos`: people walk J1 at once while a part of the platform is killed every two seconds.

The same people walk calmly first, from the same beginning; at the end both have told and done the same.
"""

import asyncio
import functools
import hashlib
import os
import random
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as wall_time
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.table import Table

from trellis import plan
from trellis import seed as seeding
from trellis.api import Gateway, Json
from trellis.brokers import what_it_is
from trellis.cohort import Cohort
from trellis.digest import differences, digest_of, stories
from trellis.effects import Tally, listeners_of_all, read_books, tally
from trellis.environment import superuser_url
from trellis.journeys import j1
from trellis.journeys.course import Step
from trellis.layout import SERVICES, Layout, layout_from
from trellis.machine import only_one
from trellis.problems import Trouble
from trellis.secretbook import open_secrets
from trellis.seed import sow_agency, sow_therapists
from trellis.show import complain, console, step
from trellis.stack import Stack, fingerprint, platform
from trellis.wrecker import Wrecker

PORTS_ON = 20
STUBBORN = 150.0
MARGIN = timedelta(hours=1)
MORNING = wall_time(6)
AGENCY = replace(plan.AGENCIES[0], clients=range(0), in_care=0)
ZONE = ZoneInfo(AGENCY.timezone)


@dataclass(frozen=True)
class Outcome:
    """What one run left."""

    name: str
    seconds: float
    tally: Tally
    people: dict[str, Json]
    failed_checks: list[str]
    kills: Mapping[str, int]

    @property
    def digest(self) -> str:
        return digest_of(self.people)


def run(people: int, every: float) -> bool:
    """Walk calmly, walk in chaos, compare; False when anything differs."""
    seed = int(os.environ.get("TRELLIS_SEED") or random.randrange(10**6))
    layout = own_layout(layout_from(os.environ))
    started = time.monotonic()
    console.print(f"{what_it_is(layout)}\nTRELLIS_SEED={seed} walks the same people and kills in the same order again.")
    with only_one(layout):
        therapists = prepare(layout, people)
        begin, calm = walk(layout, "calm", therapists, seed, None, None)
        _, wild = walk(layout, "chaos", therapists, seed, begin, every)
    return show(calm, wild, time.monotonic() - started)


def own_layout(layout: Layout) -> Layout:
    """A platform beside the one that may be running: its own folder, its own ports."""
    if not (layout.has_own_postgres and layout.has_own_broker):
        raise Trouble(
            "Chaos kills only what it started itself: leave out TRELLIS_DATABASE_URL, KAFKA_BOOTSTRAP_SERVERS."
        )
    layout.state.mkdir(mode=0o700, exist_ok=True)
    return replace(layout, port=layout.port + PORTS_ON, state_folder=layout.state / "chaos")


def prepare(layout: Layout, people: int) -> list[str]:
    """A seeded database to begin both runs from, kept for the next time; the therapists' usernames."""
    kept, mark = layout.state / "beginning", layout.state / "beginning.txt"
    open_secrets(layout.state)
    wanted = f"{people} {fingerprint_of_all(layout)}"
    names = [f"therapist-of-{number}" for number in range(1, people + 1)]
    if mark.exists() and mark.read_text() == wanted:
        return names
    for folder in (kept, layout.state / "postgres"):
        shutil.rmtree(folder, ignore_errors=True)
    with platform(layout) as stack, Gateway(layout.gateway_url) as gateway, step("Agency seeded") as shown:
        operator = gateway.app("operator", stack.book.operator_secret)
        sown = sow_agency(gateway, operator, AGENCY, shown)
        shown.say("a therapist for each")
        names = sow_therapists(sown, people)
    copy(layout.state / "postgres", kept)
    mark.write_text(wanted)
    return names


def fingerprint_of_all(layout: Layout) -> str:
    """Changes with what the databases and the seed are made of."""
    digest = hashlib.sha256()
    for service in SERVICES:
        digest.update(fingerprint(layout, service).encode())
    for module in (plan, seeding):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def copy(source: Path, target: Path) -> None:
    """The whole folder with its owner and its rights: PostgreSQL insists on both."""
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def walk(
    layout: Layout, name: str, therapists: list[str], seed: int, begin: datetime | None, every: float | None
) -> tuple[datetime, Outcome]:
    """One run from the kept beginning; `begin` is the morning it starts on, `every` the seconds between two kills."""
    console.rule(f"[bold]{name}[/bold]", align="left")
    copy(layout.state / "beginning", layout.state / "postgres")
    with platform(layout) as stack, Gateway(layout.gateway_url, stubborn=STUBBORN) as gateway:
        begin = begin or next_morning(gateway.now() + MARGIN)
        gateway.advance_to(begin)
        cohort = Cohort(gateway, AGENCY.slug, therapists, seed)
        started = time.monotonic()
        wrecker = Wrecker(stack, random.Random(seed), every) if every else None
        walk_shown(cohort, wrecker)
        seconds = time.monotonic() - started
        with step("All quiet; read back"):
            gateway.advance_to(next_morning(gateway.now()))
            return begin, outcome(name, seconds, stack, cohort, wrecker.counts if wrecker else {})


def next_morning(after: datetime) -> datetime:
    day = after.astimezone(ZONE).date() + timedelta(days=1)
    return datetime.combine(day, MORNING, ZONE)


def walk_shown(cohort: Cohort, wrecker: Wrecker | None) -> None:
    """The steps, each shown while all walk it and when all have, with what was killed meanwhile."""
    people, number = len(cohort.courses), 0
    with console.status("") if console.is_terminal else nullcontext() as status:
        for number, each in enumerate(j1.STEPS, 1):
            title = f"[dim]{number:2}[/dim] [cyan]{each.who:<18}[/cyan] {each.what}"
            started, before = time.monotonic(), len(wrecker.killed) if wrecker else 0

            def say(step: Step, done: int, title: str = title) -> None:
                if wrecker:
                    wrecker.look()
                if status:
                    status.update(f"{title} [dim]{done} of {people}[/dim] {wrecker.line() if wrecker else ''}")

            cohort.walk([each], say)
            killed = ", ".join(wrecker.killed[before:]) if wrecker else ""
            console.print(f"{title} [dim]{people} people {time.monotonic() - started:.1f} s[/dim] [red]{killed}[/red]")


def outcome(name: str, seconds: float, stack: Stack, cohort: Cohort, kills: Mapping[str, int]) -> Outcome:
    for course in cohort.courses:
        j1.check_trail(course, course.gateway.trail(course.facts["client_id"]))
    failed = [
        f"{course.facts['person'].shown}: {check.what}: {check.found}, expected {check.expected}"
        for course in cohort.courses
        for check in course.checks
        if not check.holds
    ]
    books = asyncio.run(read_books(superuser_url(stack.layout, stack.book)))
    people = stories(cohort.courses, AGENCY.timezone)
    return Outcome(name, seconds, tally(books, listeners()), people, failed, dict(kills))


@functools.cache
def listeners() -> dict[str, dict[str, list[str]]]:
    return listeners_of_all()


def show(calm: Outcome, wild: Outcome, seconds: float) -> bool:
    console.print()
    console.print(outcomes_table(calm, wild))
    console.print()
    console.print(kills_table(wild))
    console.print(f"\ndigest, calm  {calm.digest}\ndigest, chaos {wild.digest}")
    wrong = [*differences(calm.people, wild.people), *calm.failed_checks, *wild.failed_checks]
    for line in wrong:
        complain(line)
    is_well = not wrong and calm.digest == wild.digest and calm.tally.is_clean and wild.tally.is_clean
    verdict = "[green]Nothing lost, nothing twice, in order[/green]" if is_well else "[red]Not the same[/red]"
    console.print(f"\n{verdict}: {len(wild.people)} people, {sum(wild.kills.values())} kills, {seconds:.0f} s in all.")
    return is_well


def outcomes_table(*outcomes: Outcome) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("run")
    names = ("events told", "effects", "lost", "twice", "order broken", "astray", "left over", "seconds")
    for name in names:
        table.add_column(name, justify="right")
    for each in outcomes:
        t = each.tally
        counts = (t.events, t.effects, t.lost, t.twice, t.disordered, t.astray, t.left, round(each.seconds))
        table.add_row(each.name, *(f"{count:,}" for count in counts))
    return table


def kills_table(outcome: Outcome) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in outcome.kills:
        table.add_column(name, justify="right")
    table.add_row(*map(str, outcome.kills.values()))
    return table
