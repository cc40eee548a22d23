"""The gate: what was agreed on once is only ever added to. Each contract is compared with its committed form."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.events import Event

from trellis.events.catalogue import ROOT, contracts, key_of

FOLDER = ROOT / "docs" / "events"
NOISE = frozenset({"title", "description", "default"})
IDENTITY = ("topic", "aggregate", "key")


def form_of(event: type[Event]) -> dict[str, Any]:
    """What two sides agree on: names, types and what is always there, without words."""
    schema = event.model_json_schema()
    return {
        "name": event.NAME,
        "topic": event.TOPIC or None,
        "aggregate": event.AGGREGATE,
        "key": key_of(event),
        "properties": {name: bare(one) for name, one in schema.get("properties", {}).items()},
        "required": sorted(schema.get("required", ())),
    }


def bare(schema: Any) -> Any:
    """A schema without its prose."""
    if isinstance(schema, dict):
        return {name: bare(value) for name, value in schema.items() if name not in NOISE}
    return [bare(one) for one in schema] if isinstance(schema, list) else schema


def broken(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What of the agreement no longer holds."""
    for name in IDENTITY:
        if before[name] != now[name]:
            yield f"its {name} was {before[name]} and is {now[name]}"
    for name, schema in before["properties"].items():
        if name not in now["properties"]:
            yield f"{name} is gone"
        elif now["properties"][name] != schema:
            yield f"{name} has another type"
        elif (name in before["required"]) is not (name in now["required"]):
            yield f"{name} {'may be missing now' if name in before['required'] else 'became required'}"
    for name in sorted(set(now["required"]) - set(before["properties"])):
        yield f"{name} is new and required"


def advice(name: str) -> str:
    stem, _, version = name.rpartition(".v")
    return f"leave {name} as it was and make {stem}.v{int(version) + 1} beside it"


def refusals(committed: Mapping[str, Mapping[str, Any]], today: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """One line for each contract that was broken, and what to do."""
    for name, before in committed.items():
        if name not in today:
            yield f"{name}: its class is gone or renamed, and what was sent must stay readable: {advice(name)}."
        elif found := list(broken(before, today[name])):
            yield f"{name}: {', '.join(found)}: {advice(name)}."
    for name, form in today.items():
        if nested := [field for field, one in form["properties"].items() if "$ref" in json.dumps(one)]:
            yield f"{name}: {', '.join(nested)} is nested; an event carries ids, codes and times alone."


def committed() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def current() -> dict[str, dict[str, Any]]:
    return {event.NAME: form_of(event) for event in contracts()}


def files() -> dict[Path, str]:
    return {FOLDER / f"{name}.json": json.dumps(form, indent=2) + "\n" for name, form in current().items()}
