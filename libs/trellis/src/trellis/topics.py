"""The topics as topics.toml declares them, and what has to change in a cluster that is otherwise.

Nothing here speaks to a broker: `trellis.cluster` reads what is there and carries the changes out.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

RESTRICTED = ".restricted"
IN_SYNC = "min.insync.replicas"


@dataclass(frozen=True)
class Topic:
    name: str
    partitions: int
    replication: int
    settings: Mapping[str, str]


@dataclass(frozen=True, order=True)
class Right:
    """`who` may `do` (READ, WRITE) something with a `kind` (TOPIC, GROUP) of this name."""

    who: str
    do: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.who}: {self.do} {self.kind.lower()} {self.name}"


@dataclass(frozen=True)
class Declared:
    topics: tuple[Topic, ...]
    rights: frozenset[Right]
    reads: Mapping[str, tuple[str, ...]]
    access: Mapping[str, str]

    @property
    def services(self) -> frozenset[str]:
        return frozenset(right.who for right in self.rights)


def declared(replication: int | None = None) -> Declared:
    """What topics.toml says; on a cluster of fewer brokers than it asks for, with `replication` of them."""
    said = tomllib.loads((files("trellis") / "topics.toml").read_text())
    reads = {service: tuple(topics) for service, topics in said["reads"].items()}
    names = [name for producer in said["producers"] for name in (producer, producer + RESTRICTED)]
    topics = tuple(topic_of(said, name, replication) for name in names)
    return Declared(topics, frozenset(rights(said["producers"], reads)), reads, said["access"])


def topic_of(said: Mapping[str, Any], name: str, replication: int | None) -> Topic:
    every = said["every"]
    settings = every["settings"] | (said["restricted"]["settings"] if name.endswith(RESTRICTED) else {})
    copies = replication or every["replication"]
    if copies != every["replication"]:
        settings[IN_SYNC] = max(1, copies - 1)
    return Topic(name, every["partitions"], copies, {key: text(value) for key, value in settings.items()})


def text(value: Any) -> str:
    """As the broker writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def rights(producers: Iterable[str], reads: Mapping[str, Iterable[str]]) -> Iterator[Right]:
    for producer in producers:
        yield Right(producer, "WRITE", "TOPIC", producer)
        yield Right(producer, "WRITE", "TOPIC", producer + RESTRICTED)
    for service, topics in reads.items():
        yield Right(service, "READ", "GROUP", service)
        yield from (Right(service, "READ", "TOPIC", topic) for topic in topics)


@dataclass(frozen=True)
class Found:
    """A topic as the cluster has it."""

    partitions: int
    replication: int
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Changes:
    """What has to be done; `told` is what nobody here may do, and an operator must know."""

    create: tuple[Topic, ...]
    widen: tuple[Topic, ...]
    set: Mapping[str, Mapping[str, str]]
    told: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.create or self.widen or self.set)

    def lines(self, found: Mapping[str, Found]) -> Iterator[str]:
        yield from (f"{t.name}: created, {t.partitions} partitions, replication {t.replication}" for t in self.create)
        yield from (f"{t.name}: partitions {found[t.name].partitions} → {t.partitions}" for t in self.widen)
        for name, settings in self.set.items():
            yield from (f"{name}: {key} {found[name].settings.get(key)} → {value}" for key, value in settings.items())


def changes(wanted: Iterable[Topic], found: Mapping[str, Found]) -> Changes:
    """The way from what is there to what is declared. Partitions are never taken away."""
    wanted = tuple(wanted)
    there = [(topic, found[topic.name]) for topic in wanted if topic.name in found]
    return Changes(
        create=tuple(topic for topic in wanted if topic.name not in found),
        widen=tuple(topic for topic, now in there if now.partitions < topic.partitions),
        set={topic.name: differing for topic, now in there if (differing := differing_settings(topic, now))},
        told=tuple(line for topic, now in there for line in beyond_us(topic, now)),
    )


def differing_settings(topic: Topic, now: Found) -> dict[str, str]:
    """A topic that has fewer copies than must be in sync could not be written to: there that setting waits."""
    wanted = dict(topic.settings)
    if now.replication < int(wanted[IN_SYNC]):
        del wanted[IN_SYNC]
    return {key: value for key, value in wanted.items() if now.settings.get(key) != value}


def beyond_us(topic: Topic, now: Found) -> Iterator[str]:
    if now.partitions > topic.partitions:
        yield f"{topic.name} has {now.partitions} partitions, {topic.partitions} are declared: they cannot be lowered."
    if now.replication != topic.replication:
        yield (
            f"{topic.name} has replication {now.replication}, {topic.replication} is declared: "
            "move it with kafka-reassign-partitions.sh."
        )
