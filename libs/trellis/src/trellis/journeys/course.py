"""What a journey is made of: steps, each walked as somebody; facts found on the way; checks."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from rich.markup import escape
from rich.status import Status
from rich.table import Table

from trellis.api import Caller, Gateway
from trellis.show import console

Facts = dict[str, Any]


@dataclass(frozen=True)
class Check:
    what: str
    expected: object
    found: object

    @property
    def holds(self) -> bool:
        return self.expected == self.found


@dataclass
class Course:
    """One person's way through the platform. `facts` are the ids and values that later steps need.

    `clinician` and `colleague` are usernames of therapists; `chance` draws the person; `signed_in` are those who came
    through the sign-in pages.
    """

    gateway: Gateway
    agency: str
    clinician: str = "therapist"
    colleague: str = "therapist-2"
    chance: random.Random = field(default_factory=random.Random)
    facts: Facts = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    status: Status | None = None
    signed_in: dict[str, Caller] = field(default_factory=dict)

    def say(self, text: str) -> None:
        """What is awaited just now."""
        if self.status:
            self.status.update(f"[dim]{escape(text)}[/dim]")

    def of(self, username: str) -> Caller:
        """Somebody of the agency: who signed in, else by the sandbox's word."""
        return self.signed_in.get(username) or self.gateway.person(self.agency, username)

    def move_to(self, at: datetime) -> None:
        """Let time pass until then, where the clock is not there yet."""
        if at > self.gateway.now():
            self.gateway.advance_to(at)

    def settle(self) -> None:
        """Wait until every service has applied what it was told."""
        self.gateway.advance("PT1S")

    def check(self, what: str, found: object, expected: object = True) -> None:
        """Note what was found and what was expected; a difference fails the journey at its end."""
        self.checks.append(Check(what, expected, found))


@dataclass(frozen=True)
class Step:
    """`who` does `what`; `walk` does it and returns what is worth showing."""

    who: str
    what: str
    walk: Callable[[Course], str]


def walk_all(course: Course, steps: Sequence[Step]) -> None:
    """Walk the steps in order, each shown while it runs and when it is done."""
    for number, step in enumerate(steps, 1):
        title = f"[dim]{number:2}[/dim] [cyan]{step.who:<18}[/cyan] {escape(step.what)}"
        started = time.monotonic()
        with console.status(title) as status:
            course.status = status
            shown = step.walk(course)
        spent = (time.monotonic() - started) * 1000
        console.print(f"{title} [dim]{spent:.0f} ms[/dim]")
        for line in filter(None, shown.splitlines()):
            console.print(f"{'':22}[green]→[/green] {escape(line)}")


def checks_table(checks: Sequence[Check]) -> Table:
    table = Table(title="What was checked", title_justify="left", box=None, pad_edge=False, header_style="dim")
    for column in ("", "check", "found", "expected"):
        table.add_column(column)
    for check in checks:
        sign = "[green]✓[/green]" if check.holds else "[red]✗[/red]"
        table.add_row(
            sign, escape(check.what), escape(str(check.found)), "" if check.holds else escape(str(check.expected))
        )
    return table


def trail_table(trail: Sequence[dict[str, Any]]) -> Table:
    """Every event about the client in order, and when its effects were committed, in milliseconds after it.

    Events of one kind in a row stand in one line with their number, and the shortest and longest of their times.
    """
    table = Table(title="The trail of events", title_justify="left", box=None, pad_edge=False, header_style="dim")
    for column in ("service", "event", "", "effects: service and milliseconds from commit to effect"):
        table.add_column(column)
    for (service, name), row in groupby(trail, key=lambda event: (event["service"], event["event"])):
        events = list(row)
        times: dict[str, list[float]] = {}
        for effect in (effect for event in events for effect in event["effects"]):
            times.setdefault(effect["service"], []).append(effect["ms"])
        effects = ", ".join(f"{listener} {span(found)}" for listener, found in times.items())
        table.add_row(service, name, f"×{len(events)}" if events[1:] else "", effects or "[dim]nobody listens[/dim]")
    return table


def span(times: Sequence[float]) -> str:
    low, high = f"{min(times):.0f}", f"{max(times):.0f}"
    return low if low == high else f"{low}–{high}"
