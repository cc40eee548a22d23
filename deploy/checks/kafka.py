"""topics.toml against the consumers' tables, and the deployment files against it."""

from collections.abc import Mapping
from typing import Any

from trellis.events import catalogue
from trellis.topics import Declared, declared

from checks.code import services
from checks.containers import Faults

APPLY = ["trellis", "topics", "apply"]
DONE = "service_completed_successfully"
FILE = "topics.toml"
Doc = Mapping[str, Any]


def rights_faults() -> Faults:
    """Each service may read what its handlers listen to: not less, not more."""
    heard = {each.name: {topic for topics in each.hears.values() for topic in topics} for each in catalogue.services()}
    yield from compared(declared(), heard)


def compared(said: Declared, heard: Mapping[str, set[str]]) -> Faults:
    if missing := set(services()) ^ said.services:
        yield f"{FILE}: the producers and the services differ by {', '.join(sorted(missing))}"
    for service, topics in heard.items():
        may = set(said.reads.get(service, ()))
        for topic in sorted(topics - may):
            yield f"{FILE}: {service} listens to {topic} and may not read it: add it to its line in [reads]"
        for topic in sorted(may - topics):
            yield f"{FILE}: {service} may read {topic} and does not listen to it: take it from its line in [reads]"


def compose_kafka_faults(said: Mapping[str, Doc]) -> Faults:
    """The topics are made by the command, once, before any worker starts."""
    job = said.get("topics", {})
    if job.get("command", [])[:3] != APPLY:
        yield "docker-compose.yml: topics must be there and run `trellis topics apply`"
    for service in services():
        if said.get(f"{service}-worker", {}).get("depends_on", {}).get("topics", {}).get("condition") != DONE:
            yield f"docker-compose.yml: {service}-worker must wait until topics is done"


def k8s_kafka_faults(platform: list[Doc]) -> Faults:
    """The same command as a Job, and the services told to come in as the file says."""
    jobs = [doc["spec"]["template"]["spec"]["containers"] for doc in platform if doc["kind"] == "Job"]
    if [box["command"] for boxes in jobs for box in boxes] != [APPLY]:
        yield "deploy/k8s platform: one Job must run `trellis topics apply`"
    told = next(doc["data"] for doc in platform if doc["kind"] == "ConfigMap")
    said = declared()
    for name, value in {**said.access, "KAFKA_REPLICATION": str(said.topics[0].replication)}.items():
        if told.get(name) != value:
            yield f"deploy/k8s platform: {name} is {told.get(name)}, {FILE} says {value}"
