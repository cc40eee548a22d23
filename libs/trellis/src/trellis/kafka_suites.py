"""`make test-kafka`: the tests that speak to a broker, on Apache Kafka: one node, then three with two copies in sync.

Each suite has a cluster of its own: what another one left in a topic is not its to apply. The last line counts all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from trellis import kraft
from trellis.layout import Layout, find_home
from trellis.problems import Trouble
from trellis.show import complain, console, step
from trellis.suites import NO_TESTS, counts_of


@dataclass(frozen=True)
class Run:
    """One pytest and on how many nodes: 0 where the tests start nodes of their own."""

    arguments: tuple[str, ...]
    nodes: int = 0

    @property
    def title(self) -> str:
        many = {0: "nodes of its own", 1: "one node"}
        return f"{self.arguments[0]} on Apache Kafka, {many.get(self.nodes, f'{self.nodes} nodes')}"


EVENTS = ("libs/shared/tests", "-m", "broker and not long")
FAULTS = ("tests/faults", "-m", "not long")
OF_KAFKA = ("tests/kafka", "-m", "kafka", "-s")
WHOLE = [Run(EVENTS, 1), Run(FAULTS), Run(EVENTS, 3), Run(OF_KAFKA)]
QUICK = [Run(EVENTS, 1), Run((*FAULTS, "-k", "kills_of_everything")), Run(("tests/kafka", "-m", "kafka and not long"))]


def main(arguments: list[str]) -> int:
    """Run them; `--quick` is the part that a change waits for. Returns the exit code."""
    is_quick = "--quick" in arguments
    if missing := kraft.missing_tools():
        line = f"Apache Kafka needs Java 17 and Maven: {', '.join(missing)} not on this machine"
        print(f"{line}, so nothing was run on it." if is_quick else f"{line}.")
        return 0 if is_quick else 1
    try:
        return run_all(QUICK if is_quick else WHOLE)
    except Trouble as trouble:
        complain(str(trouble))
        return 1


def run_all(runs: list[Run]) -> int:
    home = find_home(Path.cwd())
    layout = Layout(home)
    with step("Apache Kafka's artefacts"):
        kafka = kraft.Kafka(kraft.fetch(layout.state / "kafka", layout.logs / "maven.log"))
    counted = [run_one(home, kafka, run) for run in runs]
    passed, failed, skipped = (sum(column) for column in zip(*counted, strict=True))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


def run_one(home: Path, kafka: kraft.Kafka, run: Run) -> tuple[int, int, int]:
    console.print(f"[bold]{run.title}[/bold]")
    with scratch() as folder, given(kafka, run.nodes, folder) as told:
        report = folder / "report.xml"
        command = [sys.executable, "-m", "pytest", *run.arguments, f"--junit-xml={report}"]
        done = subprocess.run(command, cwd=home, env={**os.environ, **told}, stdin=subprocess.DEVNULL, check=False)
        passed, failed, skipped = counts_of(report)
    return passed, failed or int(done.returncode not in (0, NO_TESTS)), skipped


@contextmanager
def scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="trellis-kafka-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def given(kafka: kraft.Kafka, nodes: int, folder: Path) -> Iterator[dict[str, str]]:
    """What a suite is told of a cluster that is up for it."""
    if not nodes:
        yield {"KAFKA": "apache"}
        return
    with ExitStack() as up:
        with step(f"Apache Kafka, {nodes} × {kafka.heap}"):
            cluster = up.enter_context(kraft.cluster(kafka, kraft.nodes_in(folder, nodes)))
        yield {"TRELLIS_TEST_KAFKA": cluster.servers, "KAFKA_REPLICATION": str(min(3, nodes))}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
