"""Kills a part of the platform every few seconds and has the stack start it again at once."""

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

from trellis.processes import Child
from trellis.stack import Stack

SPARED = ("postgres", "sandbox-payer")


@dataclass
class Wrecker:
    """SIGKILL to whatever chance names: a service with its worker, or the broker. PostgreSQL and the payer are spared:
    the one is what the promise rests on, the other is not ours.

    Without a thread of its own: Linux ends a child with the thread that started it.
    """

    stack: Stack
    chance: random.Random
    every: float
    killed: list[str] = field(default_factory=list)
    next_at: float = 0.0

    def __post_init__(self) -> None:
        self.next_at = time.monotonic() + self.every
        self.stack.restarts_allowed, self.stack.tell = float("inf"), list[str]().append

    @property
    def targets(self) -> list[Child]:
        return [child for child in self.stack.children if child.name not in SPARED]

    @property
    def counts(self) -> dict[str, int]:
        """Kills per target."""
        return {child.name: Counter(self.killed)[child.name] for child in self.targets}

    def line(self) -> str:
        return f"[red]{len(self.killed)} kills; last: {self.killed[-1]}[/red]" if self.killed else ""

    def look(self) -> None:
        """Kill one when it is time; start again whatever has ended."""
        if time.monotonic() >= self.next_at:
            self.next_at += self.every
            self.kill(self.chance.choice(self.targets))
        self.stack.look_after()

    def kill(self, child: Child) -> None:
        child.tell(signal.SIGKILL)
        if child.process:
            child.process.wait()
        self.killed.append(child.name)
