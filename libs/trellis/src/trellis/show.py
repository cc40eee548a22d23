"""How the command line shows what it does: a line per step, with its time; what is awaited while it is awaited."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.status import Status

WIDE = 140
console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)


class Step:
    """One step under way; `say` tells what it waits for."""

    def __init__(self, title: str, status: Status | None) -> None:
        self.title, self.status, self.note = title, status, ""

    def say(self, text: str) -> None:
        if self.status:
            self.status.update(f"{escape(self.title)} [dim]{escape(text)}[/dim]")


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Shows the step while it runs, then a line with how long it took. A failure leaves its own line to the caller."""
    started = time.monotonic()
    if console.is_terminal:
        with console.status(escape(title)) as status:
            under_way = Step(title, status)
            yield under_way
    else:
        under_way = Step(title, None)
        yield under_way
    note = f" [dim]{escape(under_way.note)}[/dim]" if under_way.note else ""
    console.print(f"[green]✓[/green] {escape(title)}{note} [dim]{time.monotonic() - started:.1f} s[/dim]")


def complain(line: str) -> None:
    """What is wrong, in one line."""
    console.print(f"[red]✗[/red] {escape(line)}", style="bold")
