import pytest
from shared.db import uuid7


@pytest.mark.parametrize(("title", "signs"), [("LPC", (True, False)), ("LPC-Associate", (False, True))])
async def test_a_credential_counts_once_it_is_verified(staff, title, signs):
    person = await staff.clinician(npi="1234567893")
    found = await staff.credential(person, "2099-01-01", title)
    assert await staff.may_sign(person) == (False, False)
    assert (await staff.post(f"credentials/{found}/verification", {"source": "state_board"})).json()[
        "status"
    ] == "verified"
    assert await staff.may_sign(person) == signs


async def test_the_profile_is_told_with_what_it_may_sign(staff, superuser):
    person = await staff.clinician(npi="1234567893")
    await staff.verified(person)
    rows = await superuser.fetch("SELECT type, data::text FROM outbox WHERE key = $1 ORDER BY id", person)
    assert [row["type"] for row in rows] == ["clinician.profile_changed.v1"] * 2
    assert '"can_sign_independently": false' in rows[0]["data"]
    assert '"can_sign_independently": true' in rows[1]["data"]
    assert (
        await superuser.fetchval(
            "SELECT count(*) FROM outbox WHERE type = 'credential.verified.v1' AND data->>'clinician_id' = $1", person
        )
        == 1
    )


async def test_a_student_needs_a_cosign_whatever_they_hold(staff):
    person = await staff.clinician(is_practicum_student=True)
    assert await staff.may_sign(person) == (False, True)
    await staff.verified(person, title="LPC")
    assert await staff.may_sign(person) == (False, True)


async def test_the_end_of_studies_is_a_change_of_the_profile(staff):
    person = await staff.clinician(is_practicum_student=True)
    await staff.verified(person, title="LPC")
    url, headers = f"/v1/clinicians/{person}", staff.bearer("clinicians:write")
    assert (await staff.http.patch(url, json={"is_practicum_student": False}, headers=headers)).status_code == 428
    headers["If-Match"] = '"1"'
    changed = await staff.http.patch(url, json={"is_practicum_student": False}, headers=headers)
    assert changed.status_code == 200, changed.text
    assert changed.json()["can_sign_independently"]
    assert changed.json()["languages"] == ["en", "es-MX"]


@pytest.mark.parametrize("npi", ["1234567890", "123", "abcdefghij"])
async def test_a_wrong_npi_is_refused(staff, npi):
    assert (await staff.post("clinicians", {"id": str(uuid7()), "npi": npi})).status_code == 422


async def test_one_npi_is_one_person(staff):
    await staff.clinician(npi="1234567893")
    assert (await staff.post("clinicians", {"id": str(uuid7()), "npi": "1234567893"})).status_code == 409


async def test_nobody_verifies_their_own(staff):
    person = await staff.clinician()
    found = await staff.credential(person, "2099-01-01")
    refused = await staff.post(f"credentials/{found}/verification", sub=person)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/own-credential")


async def test_an_expired_credential_cannot_be_verified_nor_one_twice(staff):
    person = await staff.clinician()
    late = await staff.credential(person, "2024-06-30")
    assert (await staff.post(f"credentials/{late}/verification")).json()["type"] == "/problems/credential-over"
    found = await staff.verified(person)
    assert (await staff.post(f"credentials/{found}/verification")).json()["type"] == "/problems/credential-not-pending"


async def test_without_the_scope_every_id_is_403(staff):
    answer = await staff.http.get(f"/v1/clinicians/{uuid7()}", headers=staff.bearer("tasks:read"))
    assert answer.status_code == 403
