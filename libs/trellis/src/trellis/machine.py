"""What this machine must have before anything is started; each thing that is missing is one line."""

import fcntl
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from trellis.layout import HOST, OFFSETS, Layout
from trellis.problems import Trouble

LEAST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1_000_000_000


def check_machine(layout: Layout) -> None:
    """Python, disk, ports."""
    check_python()
    check_disk(layout)
    check_ports(layout)


def check_python() -> None:
    if sys.version_info < LEAST_PYTHON:
        raise Trouble(
            f"Python {sys.version_info.major}.{sys.version_info.minor} is too old: Trellis needs 3.11 or later."
        )


def check_disk(layout: Layout) -> None:
    free = shutil.disk_usage(layout.home).free
    if free < LEAST_FREE_BYTES:
        raise Trouble(
            f"Only {free // 1_000_000} MB are free at {layout.home}: Trellis needs {LEAST_FREE_BYTES // 1_000_000} MB."
        )


def needed_ports(layout: Layout) -> dict[str, int]:
    """The ports that this platform will listen on, by name."""
    left_out = {
        *(() if layout.has_own_postgres else ("postgres",)),
        *(() if layout.has_own_broker else ("kafka",)),
        *(() if layout.has_own_broker and layout.kafka == "apache" else ("controller",)),
    }
    return {name: layout.port_of(name) for name in OFFSETS if name not in left_out}


def check_ports(layout: Layout) -> None:
    for name, port in needed_ports(layout).items():
        if not is_free(port):
            raise Trouble(
                f"Port {port} ({name}) is taken on this machine: end what uses it, or move all with TRELLIS_PORT=9080."
            )


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


@contextmanager
def only_one(layout: Layout) -> Iterator[TextIO]:
    """One platform per clone: a second start names the first."""
    layout.state.mkdir(mode=0o700, exist_ok=True)
    with (layout.state / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            file.seek(0)
            raise Trouble(f"A platform of this clone runs already (process {file.read().strip() or '?'}).") from taken
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file
