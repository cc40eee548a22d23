"""Kills a part of the platform every few seconds and has the stack start it again at once."""

import random
import signal
import threading
from collections import Counter
from typing import Self

from trellis.processes import Child
from trellis.stack import Stack

SPARED = ("postgres", "sandbox-payer")


class Wrecker:
    """SIGKILL to whatever chance names: a service with its worker, or the broker. PostgreSQL and the payer are spared:
    the one is what the promise rests on, the other is not ours."""

    def __init__(self, stack: Stack, chance: random.Random, every: float) -> None:
        self.stack, self.chance, self.every = stack, chance, every
        self.killed: list[str] = []
        self.ended, self.thread = threading.Event(), threading.Thread(target=self.run, name="wrecker", daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    @property
    def targets(self) -> list[Child]:
        return [child for child in self.stack.children if child.name not in SPARED]

    @property
    def counts(self) -> dict[str, int]:
        """Kills per target."""
        return {child.name: Counter(self.killed)[child.name] for child in self.targets}

    def line(self) -> str:
        return f"[red]{len(self.killed)} kills; last: {self.killed[-1]}[/red]" if self.killed else ""

    def run(self) -> None:
        while not self.ended.wait(self.every):
            self.kill(self.chance.choice(self.targets))

    def kill(self, child: Child) -> None:
        child.tell(signal.SIGKILL)
        if child.process:
            child.process.wait()
        self.killed.append(child.name)
        self.stack.look_after()
