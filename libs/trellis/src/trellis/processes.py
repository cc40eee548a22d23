"""Child processes: each in a process group of its own, each ended by its own id, none left behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trellis.forks import Fork

SETPRIV = shutil.which("setpriv") if sys.platform == "linux" else None


def dies_with_us(stop: signal.Signals) -> list[str]:
    """A prefix that has the kernel end the child when we die without a word (Linux)."""
    return [SETPRIV, "--pdeathsig", stop.name.removeprefix("SIG"), "--"] if SETPRIV else []


@dataclass
class Child:
    """One process of the platform; what it prints goes to its log."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0
    process: subprocess.Popen[bytes] | Fork | None = field(default=None, repr=False)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.touch()
        self.process = self.begin()

    def begin(self) -> subprocess.Popen[bytes] | Fork:
        prefix = [] if self.command[0] == SETPRIV else dies_with_us(self.stop_signal)
        with self.log.open("ab") as out:
            return subprocess.Popen(
                [*prefix, *self.command],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.process.poll() if self.process else None

    def tell(self, what: signal.Signals) -> None:
        """Send a signal to the whole group; to the process alone in the moment before it leads one."""
        if self.process:
            try:
                os.killpg(self.process.pid, what)
            except (ProcessLookupError, PermissionError):
                self.process.send_signal(what)

    def last_words(self) -> str:
        """The last line of its log that says something."""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 4096))
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
        return lines[-1][:300] if lines else "it said nothing"


@dataclass
class PythonChild(Child):
    """A child whose `command` is a module and its arguments; it is forked from a process that has imported the rest."""

    def begin(self) -> Fork:
        return Fork(self.command, self.environment, self.log, self.folder, self.stop_signal)


def stop_all(children: Sequence[Child]) -> None:
    """End these children together: ask, wait, then insist; and leave no grandchild."""
    for child in children:
        if child.process and child.process.poll() is None:
            child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + max((child.patience for child in children), default=0)
    for child in children:
        if child.process:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.tell(signal.SIGKILL)
                child.process.wait()
            child.tell(signal.SIGKILL)
