"""Every version of every event that was ever sent can still be read. The examples are as they went over the wire."""

import importlib
import inspect
import json
import pkgutil
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest
import shared.contracts
from shared import wire
from shared.events import Event
from shared.message import Message
from shared.record import told

FOLDER = Path(__file__).parent / "contracts"
SENT = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
MODULES = [
    importlib.import_module(f"shared.contracts.{m.name}") for m in pkgutil.iter_modules(shared.contracts.__path__)
]
CONTRACTS = {c.NAME: c for m in MODULES for _, c in inspect.getmembers(m, inspect.isclass) if issubclass(c, Event)}


def received(sent, **more):
    """The record as the broker hands it over."""
    said = [(name, value.encode()) for name, value in sent["headers"].items()]
    value = json.dumps({**sent["value"], **more}).encode()
    record = SimpleNamespace(
        topic=sent["topic"], partition=0, offset=0, key=sent["key"].encode(), headers=said, value=value
    )
    return Message.of(record)


@pytest.mark.parametrize("name", SENT)
def test_what_was_sent_once_is_read_today_and_nothing_of_it_is_lost(name):
    message = received(SENT[name])
    event = CONTRACTS[name].model_validate_json(message.text)
    said = json.loads(told(event))
    assert {field: said.get(field, "lost") for field in SENT[name]["value"]} == SENT[name]["value"]
    assert (message.envelope.type, message.envelope.subject) == (name, event.aggregate_id)
    assert SENT[name]["key"] == str(event.key)
    assert SENT[name]["topic"] == (event.TOPIC or SENT[name]["topic"])


@pytest.mark.parametrize("name", SENT)
def test_a_field_that_a_newer_producer_adds_disturbs_nobody(name):
    event = CONTRACTS[name].model_validate_json(received(SENT[name], added_later="x").text)
    assert event == CONTRACTS[name].model_validate(SENT[name]["value"])


# One row of the log: what the relay's own statement makes of it is what goes over the wire.
ROW = """(SELECT $1::jsonb AS data, $2::text AS key, $3::text AS type, $4::text AS topic, $5::uuid AS event_id,
  $6::uuid AS aggregate_id, $7::timestamptz AS time, $8::uuid AS agency_id, 1::bigint AS sequence, 2::bigint AS position,
  1::bigint AS prev, 0 AS part, $9::text AS actor, $10::text AS causation, $11::text AS correlation) AS l"""


@pytest.fixture
async def database_in_utc(postgres):
    connection = await asyncpg.connect(postgres, server_settings={"timezone": "UTC"})
    yield connection
    await connection.close()


async def test_todays_relay_writes_what_was_agreed_on(database_in_utc):
    for name, sent in SENT.items():
        message, e = received(sent), received(sent).envelope
        values = (message.text, sent["key"], name, e.topic, e.id, e.subject, e.time, e.agency)
        row = await database_in_utc.fetchrow(wire.selected(ROW), *values, e.actor, e.causation, e.correlation)
        written = {header: value.decode() for header, value in wire.headers(row["said"])}
        assert sent["headers"].items() <= written.items()
        assert (row["key"].decode(), json.loads(row["data"])) == (sent["key"], sent["value"])


def test_every_contract_has_its_example():
    assert {name for name in CONTRACTS if name} == set(SENT)
