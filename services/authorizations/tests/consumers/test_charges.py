from shared.contracts.workforce import ClinicianProfileChanged
from shared.db import uuid7


async def checked(course, coverage, flag="Y", status="active"):
    body = {"coverage_id": coverage, "service_date": "2026-12-01", "service_types": ["MH"]}
    check = await course.call("POST", "/v1/eligibility-checks", body, 202)
    result = {"status": status, "auth_required": {"MH": flag}, "copay": "20.00", "evidence_reference": "portal page 1"}
    return await course.call("POST", f"/v1/eligibility-checks/{check['id']}/result", result, 201)


async def session(course, **more):
    appointment = await course.book()
    await course.receive(course.kept(appointment, **more))
    note = course.note(appointment, **more)
    await course.receive(note)
    return note


async def test_a_final_note_of_52_minutes_is_90834_with_the_authorizations_number(course):
    await course.begin()
    coverage = await course.cover()
    answer = await checked(course, coverage)
    await course.authorize(coverage, number="X-77")
    note = await session(course)
    charge = await course.charge()
    assert (charge["status"], charge["lines"][0]["code"], charge["authorization_number"]) == ("ready", "90834", "X-77")
    assert (charge["diagnosis_codes"], charge["place_of_service"]) == (["F33.1"], "11")
    assert [event["note_id"] for event in await course.told("charge.ready.v1")] == [str(note.note_id)]
    assert (answer["copay"], answer["currency"]) == ("20.00", "USD")


async def test_a_charge_without_authorization_is_blocked_and_ready_when_one_comes(course):
    await course.begin()
    coverage = await course.cover()
    await checked(course, coverage)
    await session(course)
    assert (await course.charge())["reason_codes"] == ["unbillable_no_auth"]
    await course.authorize(coverage)
    assert (await course.charge())["status"] == "ready"
    assert [e["reason_codes"] for e in await course.told("charge.blocked.v1")] == [["unbillable_no_auth"]]
    assert await course.tasks() == []


async def test_an_unknown_answer_never_means_that_no_authorization_is_needed(course):
    await course.begin()
    coverage = await course.cover()
    await session(course)
    for flag, status in (("U", "active"), ("N", "unknown"), ("N", "error")):
        await checked(course, coverage, flag, status)
        assert (await course.charge())["reason_codes"] == ["unbillable_no_auth"]
    await checked(course, coverage, "N")
    assert (await course.charge())["status"] == "ready"


async def test_a_missing_diagnosis_blocks_and_a_rule_out_does_not_help(course):
    await course.begin(diagnosis=False)
    coverage = await course.cover()
    await checked(course, coverage, "N")
    await session(course)
    assert (await course.charge())["reason_codes"] == ["diagnosis_missing"]
    await course.diagnose("rule_out")
    assert (await course.charge())["reason_codes"] == ["diagnosis_not_billable"]
    await course.diagnose()
    assert (await course.charge())["status"] == "ready"


async def test_a_missing_npi_blocks_until_workforce_tells_it(course):
    await course.begin()
    await checked(course, await course.cover(), "N")
    course.provider = uuid7()
    await session(course)
    assert (await course.charge())["reason_codes"] == ["rendering_npi_missing"]
    await course.receive(
        ClinicianProfileChanged(
            clinician_id=course.provider, npi="1234567893", can_sign_independently=True, needs_cosign=False
        )
    )
    assert (await course.charge())["status"] == "ready"


async def test_a_note_that_overtakes_its_session_waits_for_it(course):
    await course.begin()
    await checked(course, await course.cover(), "N")
    appointment = await course.book()
    await course.receive(course.note(appointment))
    waiting = await course.superuser.fetchval("SELECT missing FROM parked WHERE agency_id = $1", course.agency)
    assert waiting == f"kept:{appointment}"
    await course.receive(course.kept(appointment))
    assert await course.superuser.fetchval("SELECT state FROM parked WHERE agency_id = $1", course.agency) == "ready"


async def test_a_note_of_supervision_makes_no_charge(course):
    await course.begin()
    appointment = await course.book(kind="supervision")
    await course.receive(course.kept(appointment, kind="supervision"))
    await course.receive(course.note(appointment, kind="supervision"))
    assert (await course.call("GET", f"/v1/charges?client_id={course.client}"))["items"] == []
    assert await course.superuser.fetchval("SELECT count(*) FROM parked WHERE agency_id = $1", course.agency) == 0


async def test_a_charge_names_no_one(course):
    await course.begin()
    await checked(course, await course.cover(member_id="CANARY-7"), "N")
    await session(course)
    told = await course.superuser.fetch("SELECT data FROM outbox WHERE agency_id = $1", course.agency)
    assert not any("CANARY" in row["data"] for row in told)
