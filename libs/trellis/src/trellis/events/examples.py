"""One example of every version that was ever sent, as it goes over the wire. Written once; nobody changes it later."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args, get_origin
from uuid import UUID

from pydantic.fields import FieldInfo
from shared.events import Event
from shared.record import told
from shared.wire import NAMES, headers

from trellis.events.catalogue import ROOT, contracts, services

FOLDER = ROOT / "libs" / "shared" / "tests" / "contracts"
MOMENT = datetime(2026, 1, 5, 15, tzinfo=UTC)
WORDS = {
    "timezone": "America/Chicago",
    "rule": "example.rule",
    "instrument": "phq-9",
    "npi": "1234567893",
    "code": "F33.1",
}
PLAIN: dict[type, Any] = {datetime: MOMENT, date: MOMENT.date(), int: 3, bool: True}


def numbered(number: int) -> UUID:
    """Plainly nobody's id."""
    return UUID(f"00000000-0000-4000-8000-{number:012d}")


def value_of(name: str, kind: Any, number: int) -> Any:
    """A value of the field's type that anyone sees to be an example."""
    kinds = [one for one in get_args(kind) if one not in (type(None), ...)] or [kind]
    if get_origin(kind) is tuple:
        return [value_of(name, kinds[0], number)]
    if get_origin(kind) is dict:
        return {"MH": "Y"}
    if kinds[0] is UUID:
        return numbered(number)
    return WORDS.get(name, "example") if kinds[0] is str else PLAIN[kinds[0]]


def example_of(event: type[Event]) -> Event:
    fields: dict[str, FieldInfo] = event.model_fields
    return event.model_validate(
        {name: value_of(name, field.annotation, place) for place, (name, field) in enumerate(fields.items(), start=1)}
    )


def topic_of(event: type[Event]) -> str:
    """Its own, or for what any service tells that of the first one that does."""
    return event.TOPIC or next(one.name for one in services() if event.NAME in one.tells)


def message(event: type[Event]) -> dict[str, Any]:
    """Topic, key, headers and value as the relay sends them."""
    example = example_of(event)
    topic = topic_of(event)
    said = {
        "ce_specversion": "1.0",
        "ce_id": numbered(101),
        "ce_type": event.NAME,
        "ce_source": f"/{topic.split('.')[0]}",
        "ce_subject": example.aggregate_id,
        "ce_time": MOMENT.isoformat(),
        "ce_agency": numbered(102),
        "ce_sequence": 1,
        "ce_position": 2,
        "ce_prev": 1,
        "ce_correlation": numbered(103),
        "ce_causation": numbered(104),
        "ce_actor": numbered(105),
        "content-type": "application/json",
    }
    found = headers("\x1f".join(str(said[name]) for name in NAMES).encode())
    sent = {name: value.decode() for name, value in found}
    return {"topic": topic, "key": str(example.key), "headers": sent, "value": json.loads(told(example))}


def missing() -> Iterator[type[Event]]:
    return (event for event in contracts() if not path_of(event).exists())


def path_of(event: type[Event]) -> Path:
    return FOLDER / f"{event.NAME}.json"


def write_missing() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for event in missing():
        path_of(event).write_text(json.dumps(message(event), indent=2) + "\n")
