import pytest
from shared.contracts.clinical_records import NoteVoided
from shared.db import uuid7


@pytest.fixture
async def billed(course):
    """A kept session whose unit is consumed and whose charge is ready."""
    await course.begin()
    coverage = await course.cover()
    authorization = await course.authorize(coverage, units=1)
    appointment = await course.book()
    await course.receive(course.kept(appointment))
    note = course.note(appointment)
    await course.receive(note)
    assert (await course.charge())["status"] == "ready"
    return authorization["id"], note


def voided(note):
    return NoteVoided(note_id=note.note_id, client_id=note.client_id, appointment_id=note.appointment_id)


async def test_a_voided_note_gives_its_unit_back_and_voids_its_charge(course, billed):
    authorization, note = billed
    assert await course.balance(authorization) == (1, 0, 0)
    await course.receive(voided(note))
    assert await course.balance(authorization) == (0, 0, 1)
    charge = await course.charge()
    assert (charge["status"], charge["reason_codes"]) == ("void", [])
    ledger = (await course.call("GET", f"/v1/authorizations/{authorization}/ledger"))["items"]
    assert [entry["kind"] for entry in ledger] == ["reserve", "consume", "reverse"]
    assert [e["available"] for e in await course.told("auth.unit_reversed.v1")] == [1]
    assert [e["charge_id"] for e in await course.told("charge.voided.v1")] == [charge["id"]]


async def test_a_voided_note_reverses_once_whoever_repeats_it(course, billed):
    authorization, note = billed
    once = await course.receive(voided(note))
    await course.receive(voided(note), id=once)
    await course.receive(voided(note))
    assert await course.balance(authorization) == (0, 0, 1)
    assert len(await course.told("auth.unit_reversed.v1")) == len(await course.told("charge.voided.v1")) == 1


async def test_the_last_unit_exhausts_an_authorization_and_a_reversal_opens_it_again(course, billed):
    authorization, note = billed
    assert (await course.call("GET", f"/v1/authorizations/{authorization}"))["status"] == "exhausted"
    assert [e["auth_id"] for e in await course.told("auth.exhausted.v1")] == [authorization]
    await course.receive(voided(note))
    assert (await course.call("GET", f"/v1/authorizations/{authorization}"))["status"] == "active"


async def test_units_that_came_back_run_low_a_second_time(course):
    await course.begin()
    authorization = await course.authorize(await course.cover(), units=3)
    for _ in range(2):
        appointment = await course.book()
        await course.receive(course.kept(appointment))
        note = course.note(appointment)
        await course.receive(note)
        assert (await course.call("GET", f"/v1/authorizations/{authorization['id']}"))["is_low"]
        await course.receive(voided(note))
        assert not (await course.call("GET", f"/v1/authorizations/{authorization['id']}"))["is_low"]
    assert [e["remaining"] for e in await course.told("auth.units_low.v1")] == [2, 2]


async def test_a_voided_charge_stays_void_and_stands_in_nobodys_way(course, billed):
    _, note = billed
    second = await course.book(kind="individual")
    await course.receive(course.kept(second))
    await course.receive(course.note(second))
    await course.receive(voided(note))
    charges = (await course.call("GET", f"/v1/charges?client_id={course.client}"))["items"]
    first = next(c for c in charges if c["note_id"] == str(note.note_id))
    other = next(c for c in charges if c["note_id"] != str(note.note_id))
    assert first["status"] == "void"
    assert "same_day_conflict" not in other["reason_codes"]


async def test_a_voided_session_waits_for_no_unit_any_more(course):
    await course.begin()
    coverage = await course.cover()
    appointment = await course.book()
    await course.receive(course.kept(appointment))
    note = course.note(appointment)
    await course.receive(note)
    await course.receive(voided(note))
    authorization = await course.authorize(coverage, units=3)
    assert await course.balance(authorization["id"]) == (0, 0, 3)


async def test_a_voided_note_of_a_claim_that_went_out_is_the_billers_to_take_back(course, billed):
    authorization, note = billed
    await course.superuser.execute("UPDATE charge SET status = 'exported' WHERE agency_id = $1", course.agency)
    await course.receive(voided(note))
    assert (await course.charge())["status"] == "exported"
    assert "claim_of_voided_note" in await course.tasks()
    assert await course.balance(authorization) == (0, 0, 1)


async def test_a_voided_note_without_a_session_changes_nothing_here(course, billed):
    authorization, _ = billed
    await course.receive(NoteVoided(note_id=uuid7(), client_id=course.client))
    assert await course.balance(authorization) == (1, 0, 0)
    assert (await course.charge())["status"] == "ready"
