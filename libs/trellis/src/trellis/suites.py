"""`python -m trellis.suites`: every test suite of the clone, one pytest process per distribution, on one PostgreSQL.

Suites run two at a time, the longest first; each shows its output whole when it is done. The last line counts them all.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trellis import postgres
from trellis.layout import HOST, find_home
from trellis.ports import free_ports
from trellis.processes import stop_all
from trellis.show import complain, console

AT_ONCE = 2
NO_TESTS = 5
ALONE = "tests"
"""This folder's suites start platforms of their own and run by themselves, after the others."""


@dataclass
class Suite:
    folder: Path
    report: Path
    output: Path
    process: subprocess.Popen[bytes]
    started: float

    def counts(self) -> tuple[int, int, int]:
        return counts_of(self.report)


def counts_of(report: Path) -> tuple[int, int, int]:
    """Passed, failed, skipped."""
    if not report.exists():
        return 0, 1, 0
    totals = [element.attrib for element in ElementTree.parse(report).iter("testsuite")]  # noqa: S314
    every, skipped = (sum(int(each[name]) for each in totals) for name in ("tests", "skipped"))
    failed = sum(int(each["failures"]) + int(each["errors"]) for each in totals)
    return every - failed - skipped, failed, skipped


def main(arguments: Sequence[str]) -> int:
    """Run the suites; the arguments go to each pytest. Returns the exit code."""
    home = find_home(Path.cwd())
    with tempfile.TemporaryDirectory(prefix="trellis-suites-") as scratch, a_postgres(Path(scratch)) as url:
        done = run_all(home, Path(scratch), {**os.environ, "TRELLIS_TEST_DATABASE_URL": url}, arguments)
        passed, failed, skipped = (sum(column) for column in zip(*(suite.counts() for suite in done), strict=True))
        broken = [suite for suite in done if suite.process.returncode not in (0, NO_TESTS)]
        for suite in broken:
            complain(f"{suite.folder.relative_to(home)} failed")
    print(f"{passed} passed, {max(failed, len(broken))} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or broken else 0


def folders(home: Path) -> tuple[list[Path], list[Path]]:
    """Suites of distributions, most test files first; and those that run alone."""
    found = [
        path for kind in ("libs", "services", "sandbox") for path in (home / kind).glob("*/tests") if has_tests(path)
    ]
    alone = [path for path in sorted((home / ALONE).iterdir()) if path.is_dir() and has_tests(path)]
    return sorted(found, key=lambda path: -len(list(path.rglob("test_*.py")))), alone


def has_tests(folder: Path) -> bool:
    return any(folder.rglob("test_*.py"))


def run_all(home: Path, scratch: Path, environment: dict[str, str], arguments: Sequence[str]) -> list[Suite]:
    together, alone = folders(home)
    done = run_side_by_side(home, scratch, environment, arguments, together, AT_ONCE)
    return done + run_side_by_side(home, scratch, environment, arguments, alone, 1)


def run_side_by_side(
    home: Path, scratch: Path, environment: dict[str, str], arguments: Sequence[str], queue: list[Path], at_once: int
) -> list[Suite]:
    running: list[Suite] = []
    done: list[Suite] = []
    try:
        while queue or running:
            while queue and len(running) < at_once:
                running.append(start(home, scratch, environment, arguments, queue.pop(0)))
            time.sleep(0.1)
            for suite in [each for each in running if each.process.poll() is not None]:
                running.remove(suite)
                done.append(suite)
                show(home, suite)
    finally:
        for suite in running:
            suite.process.terminate()
            suite.process.wait()
    return done


def start(home: Path, scratch: Path, environment: dict[str, str], arguments: Sequence[str], folder: Path) -> Suite:
    name = "-".join(folder.relative_to(home).parts)
    report, output = scratch / f"{name}.xml", scratch / f"{name}.txt"
    command = [sys.executable, "-m", "pytest", str(folder), f"--junit-xml={report}", *arguments]
    with output.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    return Suite(folder, report, output, process, time.monotonic())


def show(home: Path, suite: Suite) -> None:
    spent = time.monotonic() - suite.started
    console.print(f"[bold]{suite.folder.relative_to(home)}[/bold] [dim]{spent:.0f} s[/dim]")
    print(suite.output.read_text(errors="replace"), flush=True)


@contextmanager
def a_postgres(scratch: Path) -> Iterator[str]:
    """The address of an embedded PostgreSQL that is gone afterwards; TRELLIS_TEST_DATABASE_URL takes another."""
    if given := os.environ.get("TRELLIS_TEST_DATABASE_URL"):
        yield given
        return
    password, port = secrets.token_urlsafe(12), free_ports(1)[0]
    postgres.make_cluster(scratch / "postgres", password)
    server = postgres.server(scratch / "postgres", port, scratch / "postgres.log")
    server.start()
    try:
        wait_for(port)
        yield f"postgresql://postgres:{password}@{HOST}:{port}/postgres"
    finally:
        stop_all([server])


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while not postgres.is_ready(port) and time.monotonic() < deadline:
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
