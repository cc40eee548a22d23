"""Apache Kafka 4 from pinned artefacts: one node for a laptop, three for tests of what happens when one is gone."""

import base64
import hashlib
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from trellis.environment import machine
from trellis.layout import HOST
from trellis.ports import free_ports, is_listening
from trellis.problems import Trouble
from trellis.processes import Child, stop_all

APACHE = Path(str(files("trellis"))) / "apache"
PATIENCE = 120.0
TOOLS = ("java", "mvn")


@dataclass(frozen=True)
class Node:
    """One broker and controller. `more` are settings of its own: further listeners, rights."""

    id: int
    port: int
    controller: int
    folder: Path
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def properties(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.properties")


@dataclass(frozen=True)
class Kafka:
    """The release, and how much memory a node of it may take."""

    jars: Path
    heap: str = "256m"

    @property
    def java(self) -> list[str]:
        log4j = f"-Dlog4j2.configurationFile={APACHE / 'log4j2.xml'}"
        return [tool("java"), f"-Xmx{self.heap}", log4j, "-cp", f"{self.jars}/*"]

    def child(self, node: Node, log: Path, name: str = "") -> Child:
        command = [*self.java, "kafka.Kafka", str(node.properties)]
        return Child(name or f"kafka-{node.id}", command, machine(), log, patience=30)


@dataclass
class Cluster:
    """Nodes that are up, each a child that a test may kill and start again."""

    nodes: Sequence[Node]
    children: dict[int, Child]

    @property
    def servers(self) -> str:
        return ",".join(node.address for node in self.nodes)

    def start(self, *numbers: int) -> None:
        """Start these nodes, or all; back when each takes connections."""
        wanted = [node for node in self.nodes if not numbers or node.id in numbers]
        for node in wanted:
            self.children[node.id].start()
        deadline = time.monotonic() + PATIENCE
        while not all(is_listening(node.port) for node in wanted):
            self.refuse_the_dead(wanted, is_late=time.monotonic() > deadline)
            time.sleep(0.1)

    def refuse_the_dead(self, wanted: Sequence[Node], *, is_late: bool) -> None:
        for child in (self.children[node.id] for node in wanted):
            if is_late or child.code() is not None:
                raise Trouble(f"{child.name} did not come up: {child.last_words()} ({child.log})")

    def kill(self, number: int) -> None:
        """Without a warning, as a machine that loses its power."""
        self.children[number].tell(signal.SIGKILL)
        if process := self.children[number].process:
            process.wait()


def nodes_in(state: Path, count: int) -> list[Node]:
    """`count` nodes that keep their data in this folder, on ports that are free."""
    ports = iter(free_ports(2 * count))
    return [Node(number, next(ports), next(ports), state / f"kafka-{number}") for number in range(1, count + 1)]


@contextmanager
def cluster(kafka: Kafka, nodes: Sequence[Node], *arguments: str) -> Iterator[Cluster]:
    """These nodes, up inside the block; the arguments go to Kafka's own format command."""
    prepare(kafka, nodes, *arguments)
    found = Cluster(nodes, {node.id: kafka.child(node, node.properties.with_suffix(".log")) for node in nodes})
    try:
        found.start()
        yield found
    finally:
        stop_all(list(found.children.values()))


def missing_tools() -> list[str]:
    """What Apache Kafka needs and this machine lacks."""
    return [name for name in TOOLS if not shutil.which(name)]


def tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise Trouble(
            f"Apache Kafka needs Java 17 and Maven: `{name}` is not on this machine. Leave KAFKA out to go without."
        )
    return found


def fetch(kept: Path, log: Path) -> Path:
    """The folder of Apache Kafka and what it needs; Maven fetches it once and refuses a wrong checksum (-C)."""
    pom = APACHE / "pom.xml"
    folder = kept / hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    if (folder / "complete").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [tool("mvn"), "--batch-mode", "--strict-checksums", "--file", str(pom), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
    with log.open("wb") as out:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Trouble(f"Maven cannot fetch Apache Kafka; its words are in {log}.")
    (folder / "complete").touch()
    return folder


def prepare(kafka: Kafka, nodes: Sequence[Node], *arguments: str) -> None:
    """Each node's settings, and its folder where it has none yet; `arguments` go to Kafka's own format command."""
    for node in nodes:
        node.folder.parent.mkdir(parents=True, exist_ok=True)
        node.properties.write_text((APACHE / "server.properties").read_text() + settings(node, nodes))
    new = [node for node in nodes if not (node.folder / "meta.properties").exists()]
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    command = [*kafka.java, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", *arguments]
    for tried in [formatting([*command, "--config", str(node.properties)]) for node in new]:
        said, _ = tried.communicate()
        if tried.returncode:
            raise Trouble(f"Apache Kafka cannot make its folder: {said.strip().splitlines()[-1]}")


def formatting(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=machine(),
    )


def settings(node: Node, nodes: Sequence[Node]) -> str:
    """What one node is told beside what all are: who it is, who the others are, how often to keep what."""
    copies = min(3, len(nodes))
    in_sync = max(1, copies - 1)
    told = {
        "node.id": node.id,
        "listeners": f"PLAINTEXT://{node.address},CONTROLLER://{HOST}:{node.controller}",
        "advertised.listeners": f"PLAINTEXT://{node.address}",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "controller.quorum.voters": ",".join(f"{each.id}@{HOST}:{each.controller}" for each in nodes),
        "log.dirs": node.folder,
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
        **node.more,
    }
    return "".join(f"{name}={value}\n" for name, value in told.items())
