"""What `make check` refuses about events: broken agreements, untold transitions, contracts that nobody publishes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from shared import wire
from shared.contracts.clinical_records import NoteSigned
from shared.events import Event
from trellis.events import asyncapi, contract, transitions
from trellis.events.catalogue import ROOT, Machine, Service, services
from trellis.events.transitions import quiet, told, unmade

NAME = "cake.baked.v1"


def baked(*, of=Event, aggregate="cake_id", topic="bakery", name=NAME, **fields):
    """The contract of a cake, as someone changed it; a field that is None is taken out."""
    plain = {"cake_id": UUID, "order_id": UUID, "slices": int, "oven": (str, "one")}
    kept = {field: kind for field, kind in (plain | fields).items() if kind is not None}
    body = {f: k[1] for f, k in kept.items() if isinstance(k, tuple)}
    types = {f: k[0] if isinstance(k, tuple) else k for f, k in kept.items()}
    made = type(of)("Cake", (of,), {"__annotations__": types, "__module__": __name__, **body},
                    name=name, aggregate=aggregate, topic=topic)  # fmt: skip
    return {made.NAME: contract.form_of(made)}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"slices": None}, "slices is gone"),
        ({"slices": None, "pieces": int}, "slices is gone, pieces is new and required"),
        ({"slices": str}, "slices has another type"),
        ({"slices": int | None}, "slices has another type"),
        ({"oven": str}, "oven became required"),
        ({"slices": (int, 8)}, "slices may be missing now"),
        ({"guest_id": UUID}, "guest_id is new and required"),
        ({"aggregate": "order_id"}, "its aggregate was cake_id and is order_id, its key was cake_id and is order_id"),
        ({"topic": "kitchen"}, "its topic was bakery and is kitchen"),
        ({"client_id": (UUID | None, None)}, "its key was cake_id and is client_id"),
        ({"name": "cake.cooked.v1"}, "its class is gone or renamed, and what was sent must stay readable"),
    ],
)
def test_what_was_agreed_on_is_not_taken_back(change, says):
    assert list(contract.refusals(baked(), baked(**change))) == [
        f"{NAME}: {says}: leave cake.baked.v1 as it was and make cake.baked.v2 beside it."
    ]


@pytest.mark.parametrize("change", [{}, {"icing": (str | None, None)}, {"candles": (int, 0)}])
def test_an_optional_field_is_free(change):
    assert list(contract.refusals(baked(), baked(**change))) == []


def test_the_second_version_stands_beside_the_first():
    assert list(contract.refusals(baked(), baked() | baked(name="cake.baked.v2", slices=None))) == []


def test_the_contracts_of_today_keep_what_was_agreed_on():
    assert list(contract.refusals(contract.committed(), contract.current())) == []


def test_make_check_refuses_a_field_that_was_removed(tmp_path: Path):
    """The command itself, over a copy of the contracts in which note.finalized.v1 lost its minutes."""
    shutil.copytree(ROOT / "libs" / "shared" / "src", tmp_path / "src")
    changed = tmp_path / "src" / "shared" / "contracts" / "clinical_records.py"
    changed.write_text(changed.read_text().replace("    minutes: int\n", ""))
    ran = subprocess.run(
        [sys.executable, "-m", "trellis.events", "--check"],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")}, capture_output=True, text=True,
    )  # fmt: skip
    wanted = (
        "note.finalized.v1: minutes is gone: leave note.finalized.v1 as it was and make note.finalized.v2 beside it."
    )
    assert (ran.returncode, ran.stdout.splitlines()) == (1, [wanted])


def service(*tells, made=("draft", "final"), after=None, name="clinical-records"):
    machine = Machine("notes", after or {"draft": ["final"], "final": []}, frozenset(made))
    return Service(name, {}, frozenset(tells), (machine,))


def said(found, *lines):
    table = {"clinical-records.notes": lines}
    return [fault for fault in transitions.faults([found], table) if fault.startswith("clinical-records.notes")]


def test_a_transition_without_a_line_is_refused():
    assert said(service()) == [
        "clinical-records.notes: draft > final is in NEXT and nowhere in transitions.py: say what tells it."
    ]


def test_a_transition_whose_event_nobody_publishes_is_refused():
    wanted = "no use case of clinical-records publishes note.signed: tx.publish(…) where it is made."
    assert said(service(), told("draft > final", "note.signed")) == [f"clinical-records.notes: {wanted}"]
    assert said(service("note.signed.v1"), told("draft > final", "note.signed")) == []


def test_a_transition_whose_event_has_no_contract_is_refused():
    wanted = "note.embroidered has no contract: add its class to shared/contracts."
    assert said(service(), told("draft > final", "note.embroidered")) == [f"clinical-records.notes: {wanted}"]


def test_a_transition_that_nobody_made_must_be_told_by_the_one_who_makes_it():
    line = unmade("draft > final", "note.signed")
    assert said(service(made=("draft",)), line) == []
    assert "draft > final is made by a use case now: publish note.signed" in said(service(), line)[0]


def test_a_line_for_what_next_does_not_know_is_refused():
    found = said(service(), quiet("draft > final", "Reason."), quiet("final > draft", "Reason."))
    assert found == ["clinical-records.notes: final > draft is in transitions.py and not in NEXT: take it out."]


def test_a_machine_and_a_contract_that_stand_alone_are_refused():
    found = list(transitions.faults([service("note.signed.v1")], {}))
    assert found[0].startswith("clinical-records.notes: NEXT and trellis/events/transitions.py do not both know it")
    assert any(line.startswith("note.voided.v1 is published by nobody") for line in found)
    assert not any(line.startswith("note.signed.v1") for line in found)


def test_a_service_tells_its_own_events_alone():
    found = transitions.faults([service("note.signed.v1", name="intake")], {})
    assert "note.signed.v1 of clinical-records is published by intake: each service tells its own events." in found


def test_every_transition_of_today_is_told_or_says_why_not():
    assert list(transitions.faults(services())) == []


def test_who_takes_an_event_as_its_argument_does_not_tell_it():
    tells = {one.name: one.tells for one in services()}
    assert "appointment.kept.v1" in tells["scheduling"] - tells["authorizations"]
    assert {"appointment.cancelled.v1", "appointment.late_cancelled.v1"} <= tells["scheduling"]
    assert "auth.unit_reversed.v1" in tells["authorizations"]


def test_the_document_describes_every_header_that_the_relay_writes():
    own = asyncapi.message(NoteSigned)["headers"]["properties"]
    assert {*asyncapi.HEADERS, *own} == set(wire.NAMES)
