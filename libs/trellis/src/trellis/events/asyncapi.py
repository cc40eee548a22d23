"""docs/asyncapi.json: topics, messages and who sends and receives what, as AsyncAPI 3.0. It names no server."""

import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from shared.events import Event
from shared.topics import PARTITIONS

from trellis.events import examples
from trellis.events.catalogue import ROOT, Service, contracts, key_of, services

DOCUMENT = ROOT / "docs" / "asyncapi.json"
BINDING = "0.5.0"
ID: dict[str, Any] = {"type": "string", "format": "uuid"}
COUNT: dict[str, Any] = {"type": "string", "pattern": "^[0-9]+$"}
HEADERS: dict[str, dict[str, Any]] = {
    "ce_specversion": {"const": "1.0"},
    "ce_id": {**ID, "description": "The event's identifier. The same one again is a repetition."},
    "ce_source": {"type": "string", "description": "The producer, with a slash before it."},
    "ce_subject": {**ID, "description": "The aggregate's identifier."},
    "ce_time": {"type": "string", "format": "date-time", "description": "When it happened, by the business clock."},
    "ce_agency": {**ID, "description": "The agency that it belongs to."},
    "ce_sequence": {**COUNT, "description": "Counts the aggregate's events one by one: their order."},
    "ce_position": {**COUNT, "description": "Where it stands in the producer's log."},
    "ce_prev": {**COUNT, "description": "The position before it in its partition: a gap shows a loss."},
    "ce_correlation": {"type": "string", "description": "The request that all of this began with."},
    "ce_causation": {**ID, "description": "The event that caused this one, where one did."},
    "ce_actor": {"type": "string", "description": "Who did it: a person's or a service's identifier."},
    "content-type": {"const": "application/json"},
}
OPTIONAL = frozenset({"ce_causation"})


def document() -> dict[str, Any]:
    return {
        "asyncapi": "3.0.0",
        "id": "urn:trellis:events",
        "info": {
            "title": "Trellis events",
            "version": version("trellis"),
            "description": "CloudEvents 1.0 in binary mode over Kafka: attributes are headers, the value is JSON. "
            "At least once on the wire; a listener keeps the ids that it has applied.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "contact": {"name": "The owners of Trellis"},
            "tags": [{"name": one.name} for one in services()],
        },
        "defaultContentType": "application/json",
        "channels": {key_of_topic(topic): channel(topic) for topic in topics()},
        "operations": operations(),
        "components": {
            "messages": {event.NAME: message(event) for event in contracts()},
            "messageTraits": {"cloudEvent": {"headers": headers()}},
        },
    }


def topics() -> dict[str, list[str]]:
    """Topic → wire types on it."""
    found = [
        (event.TOPIC or one.name, event.NAME) for one in services() for event in contracts() if event.NAME in one.tells
    ]
    return {topic: sorted({name for on, name in found if on == topic}) for topic in sorted({on for on, _ in found})}


def key_of_topic(topic: str) -> str:
    return topic.replace(".", "_")


def channel(topic: str) -> dict[str, Any]:
    return {
        "address": topic,
        "title": topic,
        "description": f"What {topic} tells, in order within a key.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in topics()[topic]},
        "bindings": {"kafka": {"topic": topic, "partitions": PARTITIONS, "bindingVersion": BINDING}},
    }


def operations() -> dict[str, Any]:
    """Each producer sends on its topics; each listener receives, topic by topic, what its tables name."""
    found: dict[str, Any] = {}
    for one in services():
        for topic, names in told(one).items():
            found[f"{one.name}.sends.{key_of_topic(topic)}"] = operation(
                "send", topic, names, f"What {one.name} tells."
            )
        for topic, names in heard(one).items():
            found[f"{one.name}.receives.{key_of_topic(topic)}"] = operation(
                "receive", topic, names, f"What {one.name} listens to on {topic}."
            ) | {"bindings": {"kafka": {"groupId": {"const": one.name}, "bindingVersion": BINDING}}}
    return found


def told(service: Service) -> dict[str, list[str]]:
    by_name = {event.NAME: event.TOPIC or service.name for event in contracts()}
    return grouped((by_name[name], name) for name in service.tells)


def heard(service: Service) -> dict[str, list[str]]:
    """What is told there: a task is listened to on every topic, and not every producer opens any."""
    there = topics()
    found = [(topic, name) for name, on in service.hears.items() for topic in on]
    return grouped((topic, name) for topic, name in found if name in there.get(topic, ()))


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found = sorted(pairs)
    return {topic: [name for on, name in found if on == topic] for topic in dict.fromkeys(on for on, _ in found)}


def operation(action: str, topic: str, names: list[str], summary: str) -> dict[str, Any]:
    at = f"#/channels/{key_of_topic(topic)}"
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": at},
        "messages": [{"$ref": f"{at}/messages/{name}"} for name in names],
    }


def message(event: type[Event]) -> dict[str, Any]:
    schema = event.model_json_schema()
    said, example = schema.pop("description", None), json.loads(examples.path_of(event).read_text())
    return {
        "name": event.NAME,
        "title": schema.pop("title"),
        **({"description": said} if said else {}),
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "headers": {"type": "object", "required": ["ce_type"], "properties": {"ce_type": {"const": event.NAME}}},
        "payload": schema,
        "bindings": {"kafka": {"key": {**ID, "description": f"Its {key_of(event)}."}, "bindingVersion": BINDING}},
        "examples": [{"name": "synthetic", "payload": example["value"]}],
    }


def headers() -> dict[str, Any]:
    return {"type": "object", "required": [name for name in HEADERS if name not in OPTIONAL], "properties": HEADERS}


def files() -> dict[Path, str]:
    return {DOCUMENT: json.dumps(document(), indent=2) + "\n"}
