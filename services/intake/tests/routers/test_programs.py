"""A program that is suspended, or whose clinic is closed, takes nobody in; who is in it stays."""

from uuid import UUID, uuid4

import pytest
from shared.contracts.gateway import AgencyChanged, ClinicChanged
from shared.db import uuid7

CLINIC = UUID(int=78)
SCOPES = tuple(
    f"{noun}:{verb}" for noun in ("clients", "consents", "programs", "episodes") for verb in ("read", "write")
)
PERSON = {
    "clinic_id": str(CLINIC),
    "legal_first_name": "Sample",
    "legal_last_name": "Client 05",
    "date_of_birth": "1991-04-06",
    "administrative_sex": "female",
    "phone": "+1 555 010 0105",
}
FORM = {"type": "treatment", "form_version": "2026-1", "form_hash": "0" * 64}


@pytest.fixture
def send(http, bearer):
    async def send(path, body=None, *, method="POST", expect=None, **headers):
        who = bearer(*SCOPES, roles=("administrator",)) | {"Idempotency-Key": str(uuid4())} | headers
        answer = await http.request(method, path, json=body, headers=who)
        assert expect is None or answer.status_code == expect, answer.text
        return answer

    return send


@pytest.fixture
async def program(send, receive, agency):
    await receive(AgencyChanged(agency_id=agency, timezone="America/Chicago", holidays=()))
    await receive(ClinicChanged(clinic_id=CLINIC, timezone="America/Chicago"))
    body = {"clinic_id": str(CLINIC), "code": "OP", "name": "Outpatient"}
    return (await send("/v1/admin/programs", body, expect=201)).json()


@pytest.fixture
async def client(send, program):
    made = (await send("/v1/clients", PERSON, expect=201)).json()
    draft = (await send("/v1/consents", {"client_id": made["id"], **FORM}, expect=201)).json()
    signed = {"signer": "client", "method": "e_sign"}
    await send(f"/v1/consents/{draft['id']}/signature", signed, expect=200)
    return made


@pytest.fixture
def change(send, program):
    async def change(body, expect=200, match="*"):
        more = {"If-Match": match} if match else {}
        return await send(f"/v1/admin/programs/{program['id']}", body, method="PATCH", expect=expect, **more)

    return change


def episode_of(client, program):
    return {"client_id": client["id"], "program_id": program["id"], "primary_clinician_id": str(uuid7())}


async def test_a_program_is_changed_in_the_version_that_was_read(change, superuser, agency):
    await change({"name": "Evening"}, 428, match=None)
    await change({"name": "Evening"}, 412, match='"7"')
    changed = await change({"name": "Evening", "review_every_days": 60}, match='"1"')
    assert (changed.json()["name"], changed.json()["review_every_days"]) == ("Evening", 60)
    await change({"is_part2": True}, 422)
    told = await superuser.fetch(
        "SELECT data FROM outbox WHERE agency_id = $1 AND type = 'program.published.v1' ORDER BY id", agency
    )
    assert len(told) == 2 and '"review_every_days":60' in told[1]["data"].replace(" ", "")


async def test_a_suspended_program_takes_nobody_in_until_it_is_resumed(send, change, client, program):
    episode = (await send("/v1/episodes", episode_of(client, program), expect=201)).json()
    await change({"is_active": False})
    refused = await send(f"/v1/episodes/{episode['id']}/admission", {}, expect=409)
    assert refused.json()["type"] == "/problems/program-inactive"
    await change({"is_active": True})
    await send(f"/v1/episodes/{episode['id']}/admission", {}, expect=200)
    await change({"is_active": False})
    another = (await send("/v1/clients", {**PERSON, "legal_last_name": "Zett", "date_of_birth": "1971-01-01"})).json()
    assert (await send("/v1/episodes", episode_of(another, program), expect=409)).json()["type"].endswith("inactive")


async def test_an_emergency_is_admitted_all_the_same(send, change, client, program):
    episode = (await send("/v1/episodes", episode_of(client, program), expect=201)).json()
    await change({"is_active": False})
    await send(f"/v1/episodes/{episode['id']}/admission", {"is_emergency": True}, expect=200)


async def test_a_closed_clinic_takes_nobody_in_and_gets_no_program(send, receive, client, program):
    await receive(ClinicChanged(clinic_id=CLINIC, timezone="America/Chicago", is_active=False), sequence=2)
    refused = await send("/v1/episodes", episode_of(client, program), expect=409)
    assert refused.json()["type"] == "/problems/clinic-closed"
    body = {"clinic_id": str(CLINIC), "code": "OP-2", "name": "Another"}
    assert (await send("/v1/admin/programs", body, expect=409)).json()["type"] == "/problems/clinic-closed"
