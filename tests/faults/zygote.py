"""Has imported everything once and forks a service on demand, so that a restart costs a tenth of a second.

Reads orders from stdin, one JSON object a line: {"id", "service", "package", "verb", "log", "environment"}.
Says on stdout {"id", "pid"} when a child was made and {"id", "exit"} when it ended (negative: by that signal).
Ends, with every child, when stdin does.
"""

import asyncio
import ctypes
import importlib
import json
import os
import select
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1
PACKAGES = ("bakery", "eater")


def preload() -> None:
    for name in (
        "uvicorn",
        "uvloop",
        "httptools",
        "asyncpg",
        "aiokafka",
        "alembic.command",
        "shared.run",
        "shared.databases",
    ):
        importlib.import_module(name)
    for package in PACKAGES:
        importlib.import_module(f"{package}.main")


def become(order: dict[str, Any]) -> None:
    """The child's whole life."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(order["environment"])
    run(order["service"], order["package"], order["verb"])


def run(service: str, package: str, verb: str) -> None:
    from shared import run as entry
    from shared.databases import create_database

    settings = entry.settings_of(package)
    if verb == "database":
        asyncio.run(create_database(os.environ["TRELLIS_DATABASE_URL"], settings))
    elif verb == "migrate":
        entry.migrate(package)
    else:
        app = importlib.import_module(f"{package}.main").app
        app.state.settings, app.state.service = settings, service
        entry.serve(package, verb)


def fork(order: dict[str, Any]) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            become(order)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(code)
    return pid


def say(**said: Any) -> None:
    print(json.dumps(said), flush=True)


def reap(children: dict[int, int]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        say(id=children.pop(pid), exit=os.waitstatus_to_exitcode(status))


def main() -> None:
    preload()
    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: dict[int, int] = {}
    say(ready=True)
    kept = b""
    while True:
        ready, _, _ = select.select([0, reading], [], [])
        if reading in ready:
            os.read(reading, 4096)
            reap(children)
        if 0 in ready:
            if not (more := os.read(0, 65536)):
                break
            *lines, kept = (kept + more).split(b"\n")
            for line in lines:
                order = json.loads(line)
                pid = fork(order)
                children[pid] = order["id"]
                say(id=order["id"], pid=pid)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
