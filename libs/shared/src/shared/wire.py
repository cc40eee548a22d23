"""The log's rows as Kafka records: CloudEvents 1.0 in binary mode, attributes as headers (decision 7)."""

from collections.abc import Iterable, Iterator
from typing import Any

from aiokafka import AIOKafkaProducer

# The database makes the bytes: key, data, and the attributes in one, parted by a unit separator. The last of them,
# which a caller may have chosen, can hold anything. The session's time zone is UTC.
ATTRIBUTES = {
    "ce_specversion": "'1.0'",
    "ce_id": "event_id",
    "ce_type": "type",
    "ce_source": "'/' || split_part(topic, '.', 1)",
    "ce_subject": "aggregate_id",
    "ce_time": "btrim(to_json(time)::text, '\"')",
    "ce_agency": "agency_id",
    "ce_sequence": "sequence",
    "ce_position": "position",
    "ce_prev": "prev",
    "ce_actor": "actor",
    "content-type": "'application/json'",
    "ce_causation": "coalesce(causation, '')",
    "ce_correlation": "correlation",
}
COLUMNS = f"""position, topic, part, textsend(key) AS key, textsend(data::text) AS data,
textsend(concat_ws(E'\\x1f', {", ".join(ATTRIBUTES.values())})) AS said"""
NAMES = tuple(ATTRIBUTES)
CAUSATION, LAST = NAMES.index("ce_causation"), len(NAMES) - 1
LARGEST_BATCH = 500_000
Place = tuple[str, int]


def selected(rows: str) -> str:
    """A query of rows of the log as they are sent."""
    return " ".join(("SELECT", COLUMNS, "FROM", rows))


def row_of(kept: dict[str, Any]) -> tuple[Any, ...]:
    """A row of the archive as the database would have made it."""
    said = (
        "1.0", kept["event_id"], kept["type"], f"/{kept['topic'].split('.')[0]}", kept["aggregate_id"], kept["time"],
        kept["agency_id"], kept["sequence"], kept["position"], kept["prev"], kept["actor"], "application/json",
        kept["causation"] or "", kept["correlation"],
    )  # fmt: skip
    attributes = "\x1f".join(map(str, said)).encode()
    return kept["position"], kept["topic"], kept["part"], kept["key"].encode(), kept["data"].encode(), attributes


def headers(said: bytes) -> list[tuple[str, bytes]]:
    found = list(zip(NAMES, said.split(b"\x1f", LAST), strict=True))
    if not found[CAUSATION][1]:
        del found[CAUSATION]
    return found


def batches(producer: AIOKafkaProducer, rows: Iterable[Any]) -> Iterator[Any]:
    """As few batches as their size allows."""
    batch = producer.create_batch()
    for _, _, _, key, data, said in rows:
        told = headers(said)
        if batch.append(timestamp=None, key=key, value=data, headers=told) is None:
            yield batch
            batch = producer.create_batch()
            batch.append(timestamp=None, key=key, value=data, headers=told)
    yield batch


def by_place(producer: AIOKafkaProducer, rows: Iterable[Any]) -> dict[Place, list[Any]]:
    """Topic and partition → its batches, in order."""
    found: dict[Place, list[Any]] = {}
    for row in rows:
        found.setdefault((row[1], row[2]), []).append(row)
    return {place: list(batches(producer, its)) for place, its in found.items()}
