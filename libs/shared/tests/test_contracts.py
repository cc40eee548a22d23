"""Every version of every event that was ever sent can still be read. The examples are as they went over the wire."""

import importlib
import inspect
import json
import pkgutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import shared.contracts
from shared.consumer import Message
from shared.events import Event
from shared.record import told
from shared.wire import headers, selected

FOLDER = Path(__file__).parent / "contracts"
SENT = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
MODULES = [
    importlib.import_module(f"shared.contracts.{m.name}") for m in pkgutil.iter_modules(shared.contracts.__path__)
]
CONTRACTS = {c.NAME: c for m in MODULES for _, c in inspect.getmembers(m, inspect.isclass) if issubclass(c, Event)}


def received(sent, **more):
    """The record as the broker hands it over."""
    wire = [(name, value.encode()) for name, value in sent["headers"].items()]
    value = json.dumps({**sent["value"], **more}).encode()
    return Message.of(
        SimpleNamespace(topic=sent["topic"], partition=0, headers=wire, key=sent["key"].encode(), offset=0, value=value)
    )


@pytest.mark.parametrize("name", SENT)
def test_what_was_sent_once_is_read_today_and_nothing_of_it_is_lost(name):
    message = received(SENT[name])
    event = CONTRACTS[name].model_validate_json(message.data)
    said = json.loads(told(event))
    assert {field: said.get(field, "lost") for field in SENT[name]["value"]} == SENT[name]["value"]
    assert (message.envelope.type, message.envelope.subject) == (name, event.aggregate_id)
    assert SENT[name]["key"] == str(event.key)
    assert SENT[name]["topic"] == (event.TOPIC or SENT[name]["topic"])


@pytest.mark.parametrize("name", SENT)
def test_a_field_that_a_newer_producer_adds_disturbs_nobody(name):
    event = CONTRACTS[name].model_validate_json(received(SENT[name], added_later="x").data)
    assert event == CONTRACTS[name].model_validate(SENT[name]["value"])


LOGGED = """(SELECT $1::bigint AS position, $2::text AS topic, 0 AS part, $3::bigint AS prev, $4::uuid AS agency_id,
$5::uuid AS event_id, $6::text AS type, $7::text AS key, $8::uuid AS aggregate_id, $9::bigint AS sequence,
$10::timestamptz AS time, $11::text AS correlation, $12::text AS causation, $13::text AS actor, $14::jsonb AS data) l"""


async def test_todays_relay_writes_the_headers_that_were_agreed_on(superuser):
    await superuser.execute("SET timezone = 'UTC'")
    for name, sent in SENT.items():
        e, value = received(sent).envelope, json.dumps(sent["value"])
        told = (e.position, e.topic, e.prev, e.agency, e.id, e.type, sent["key"], e.subject, e.sequence, e.time)
        row = await superuser.fetchrow(selected(LOGGED), *told, e.correlation, e.causation, e.actor, value)
        written = {header: text.decode() for header, text in headers(row["said"])}
        assert sent["headers"].items() <= written.items(), name
        assert row["key"].decode() == sent["key"] and json.loads(row["data"]) == sent["value"]


def test_every_contract_has_its_example():
    assert {name for name in CONTRACTS if name} == set(SENT)
