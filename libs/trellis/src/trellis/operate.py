"""`trellis parked` and `trellis republish`: the same as in a container, for the platform on this machine.

Each service answers in a child that is told what the service itself is told (`python -m shared.run parked …`).
"""

import json
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.markup import escape
from rich.table import Table
from shared.operate import age, parser

from trellis import environment
from trellis.layout import SERVICES, Layout
from trellis.problems import Trouble
from trellis.secretbook import read_secrets
from trellis.show import console


@dataclass(frozen=True)
class Answer:
    """What one service's process printed, and how it ended."""

    service: str
    code: int
    out: str
    error: str


def service_option() -> ArgumentParser:
    found = ArgumentParser(add_help=False)
    found.add_argument(
        "--service", action="append", choices=SERVICES, metavar="SERVICE", help="one service, several times too (all)"
    )
    return found


def operate(layout: Layout, words: Sequence[str]) -> int:
    """Ask the services that are meant, show what they say. 0 done, 1 not done or something still refuses."""
    asked = parser("trellis", [service_option()]).parse_args(words)
    deed = asked.deed if asked.verb == "parked" else asked.verb
    if deed in ("drop", "republish") and len(asked.service or ()) != 1:
        raise Trouble(f"Say --service SERVICE: {deed} is for one service.")
    _, own = service_option().parse_known_args(words)
    services = asked.service or SERVICES
    if deed == "list" and not asked.json:
        return show_list(ask(layout, services, [*own, "--json"]))
    answers = ask(layout, services, own)
    if deed == "show":
        answers = the_holder(answers)
    return pass_on_json(answers, asked.service) if asked.json else pass_on(answers)


def known(services: Sequence[str] | None) -> Sequence[str]:
    """Those that are named, all when none is. A name that is none of ours is a Trouble."""
    if unknown := set(services or ()) - set(SERVICES):
        raise Trouble(f"No service is called {', '.join(sorted(unknown))}: there are {', '.join(SERVICES)}.")
    return services or SERVICES


def ask(layout: Layout, services: Sequence[str], words: Sequence[str]) -> list[Answer]:
    """All at once; the answers in order."""
    book = read_secrets(layout.state)
    if book is None:
        raise Trouble(
            f"No platform has run in {layout.state}: in a container say `python -m shared.run {' '.join(words[:2])} …`."
        )
    running = {
        service: subprocess.Popen(
            [sys.executable, "-m", "shared.run", *words],
            env=environment.of_service(layout, book, service),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for service in services
    }
    with console.status(f"Asking {', '.join(services)}…"):
        said = {service: process.communicate() for service, process in running.items()}
    return [Answer(service, running[service].returncode, out, error) for service, (out, error) in said.items()]


def the_holder(answers: Sequence[Answer]) -> list[Answer]:
    """The services that have the event; all when none has."""
    return [answer for answer in answers if answer.code == 0] or list(answers)


def pass_on(answers: Sequence[Answer]) -> int:
    for answer in answers:
        print(answer.out, end="")
        print(answer.error, end="", file=sys.stderr)
    return max(answer.code for answer in answers)


def pass_on_json(answers: Sequence[Answer], named: Sequence[str] | None) -> int:
    """One service that was named: its object. Else a list of the objects."""
    found = [json.loads(answer.out) for answer in answers if answer.out]
    if found:
        print(json.dumps(found[0] if named and len(named) == 1 else found, indent=2))
    for answer in answers:
        print(answer.error, end="", file=sys.stderr)
    return max(answer.code for answer in answers)


def show_list(answers: Sequence[Answer]) -> int:
    found = [json.loads(answer.out) for answer in answers if answer.code == 0]
    if rows := [(one["service"], row) for one in found for row in one["events"]]:
        console.print(table_of(rows))
    for one in found:
        told = ", ".join(f"{number} {state}" for state, number in one["counts"].items())
        if told:
            console.print(f"{one['service']}: {told}.")
    if not rows and found:
        console.print("Nothing is set aside.")
    for answer in answers:
        print(answer.error, end="", file=sys.stderr)
    return max(answer.code for answer in answers)


def table_of(rows: Sequence[tuple[str, dict[str, Any]]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("service", "state", "topic", "type", "aggregate", "event", "reason or missing"):
        table.add_column(column, overflow="fold")
    for column in ("tries", "age"):
        table.add_column(column, justify="right")
    for service, row in rows:
        told = (service, row["state"], row["topic"], row["type"], row["aggregate_id"], row["event_id"])
        because = row["reason"] or row["missing"] or ""
        table.add_row(*map(escape, (*told, because, str(row["attempts"]), age(row["age_seconds"]))))
    return table
