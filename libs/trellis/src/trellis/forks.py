"""Python processes that begin as a copy of one that has imported what they need (the standard library's fork server).

A start-up of a service costs its own modules and no more, and the memory of all that is imported is shared.
"""

import atexit
import ctypes
import multiprocessing
import multiprocessing.forkserver
import multiprocessing.resource_tracker
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from trellis.environment import machine

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["trellis.warm"])
PR_SET_PDEATHSIG = 1


class Fork:
    """`python -m module arguments…` as a fork, with what `subprocess.Popen` says of a process."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        folder: Path | None,
        stop: signal.Signals,
    ) -> None:
        told = (list(command), dict(environment), str(log), str(folder or Path.cwd()), int(stop))
        self.process = SERVER.Process(target=become, args=told)
        with environment_of_the_server():
            self.process.start()
        self.pid = self.process.pid or 0

    def poll(self) -> int | None:
        """The exit code (negative: ended by that signal), or None while it runs."""
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code. Raises subprocess.TimeoutExpired."""
        self.process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(str(self.process.name), timeout or 0)
        return code

    def send_signal(self, what: int) -> None:
        with suppress(ProcessLookupError):
            if self.poll() is None:
                os.kill(self.pid, what)


def warm_up() -> None:
    """Have the server import while something else is waited for; the first fork would start it too."""
    with environment_of_the_server():
        multiprocessing.forkserver.ensure_running()


def cool_down() -> None:
    """Leave no process when we end: without it the server and its helper outlive us by a moment. The standard library
    has no public name for it."""
    multiprocessing.forkserver._forkserver._stop()  # type: ignore[attr-defined]
    multiprocessing.resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]


atexit.register(cool_down)


@contextmanager
def environment_of_the_server() -> Iterator[None]:
    """The server keeps the environment that it is started in, and each fork's /proc/PID/environ shows it: no secret may
    be in it. The standard library has no parameter for it."""
    before, bare = dict(os.environ), machine()
    try:
        os.environ.clear()
        os.environ.update(bare)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def become(command: list[str], environment: dict[str, str], log: str, folder: str, stop: int) -> None:
    """The fork's whole life: a session, an environment and a log of its own; then the module."""
    os.setsid()
    end_with_others(stop)
    out, nothing = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(command)
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)


def end_with_others(stop: int) -> None:
    """Whose starter is gone ends; where the server alone is gone, the kernel sees to it (Linux)."""
    threading.Thread(target=end_with_starter, args=(stop,), daemon=True).start()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, stop)


def end_with_starter(stop: int) -> None:
    if starter := multiprocessing.parent_process():
        starter.join()
        os.kill(os.getpid(), stop)
