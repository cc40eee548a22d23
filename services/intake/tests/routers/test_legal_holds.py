"""Legal holds and the destruction of a client's key, as a privacy officer finds them."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from shared.clock import real_now
from shared.contracts.authorizations import DisclosureMade

PERSON = {
    "clinic_id": str(uuid4()),
    "legal_first_name": "Sample",
    "legal_last_name": "Client 07",
    "date_of_birth": "1990-03-05",
    "administrative_sex": "female",
}
OFFICER = ("clients:read", "legal-holds:read", "legal-holds:write", "client-keys:write", "disclosures:read")


@pytest.fixture
def send(http, bearer):
    async def post(path, body=None, *, method="POST", scopes=OFFICER, expect=None, **token):
        headers = bearer(*scopes, roles=("privacy_officer",), **token) | {"Idempotency-Key": str(uuid4())}
        answer = await http.request(method, path, json=body, headers=headers)
        assert expect is None or answer.status_code == expect, answer.text
        return answer

    return post


@pytest.fixture
async def client(send):
    found = await send("/v1/clients", PERSON, scopes=("clients:write",), expect=201)
    return found.json()["id"]


GONE = {"reason": "retention_over"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/legal-holds"), ("GET", "/v1/legal-holds"), ("POST", f"/v1/legal-holds/{uuid4()}/release"),
     ("POST", f"/v1/clients/{uuid4()}/key-destruction"), ("GET", f"/v1/clients/{uuid4()}/disclosure-accounting")],
)  # fmt: skip
async def test_who_has_not_the_scope_is_refused(send, method, path):
    await send(path, {"reason": "litigation"}, method=method, scopes=("clients:read",), expect=403)


@pytest.mark.parametrize("of", ["client", "agency"])
async def test_no_key_is_destroyed_while_a_hold_stands(send, client, of, superuser, agency):
    wanted = {"reason": "litigation", **({"client_id": client} if of == "client" else {})}
    hold = (await send("/v1/legal-holds", wanted, expect=201)).json()
    assert (hold["status"], hold["client_id"]) == ("placed", client if of == "client" else None)
    refused = await send(f"/v1/clients/{client}/key-destruction", GONE, expect=409)
    assert refused.json()["type"] == "/problems/legal-hold"
    assert (
        await superuser.fetchval("SELECT count(*) FROM hold WHERE agency_id = $1 AND released_at IS NULL", agency) == 1
    )
    assert (await send(f"/v1/legal-holds/{hold['id']}/release", expect=200)).json()["released_at"]
    await send(f"/v1/legal-holds/{hold['id']}/release", expect=409)
    await send(f"/v1/clients/{client}/key-destruction", GONE, expect=201)
    told = await superuser.fetch("SELECT type FROM outbox WHERE agency_id = $1 ORDER BY id", agency)
    assert [row["type"] for row in told][-3:] == [
        "legal_hold.placed.v1", "legal_hold.released.v1", "client.key_destroyed.v1"
    ]  # fmt: skip


async def test_another_clients_hold_does_not_stop_it(send, client):
    person = {**PERSON, "legal_first_name": "Other", "date_of_birth": "1960-01-01"}
    other = (await send("/v1/clients", person, scopes=("clients:write",), expect=201)).json()["id"]
    await send("/v1/legal-holds", {"reason": "subpoena", "client_id": other}, expect=201)
    await send(f"/v1/clients/{client}/key-destruction", GONE, expect=201)


async def test_a_key_is_destroyed_once_and_with_its_audit(send, client, superuser):
    done = (await send(f"/v1/clients/{client}/key-destruction", GONE, expect=201)).json()
    assert (done["client_id"], done["reason"]) == (client, "retention_over")
    await send(f"/v1/clients/{client}/key-destruction", GONE, expect=409)
    rows = await superuser.fetch(
        "SELECT code FROM audit WHERE client_id = $1 AND action = 'client_key.destroy'", client
    )
    assert [row["code"] for row in rows] == ["retention_over"]
    left = await superuser.fetch("SELECT wrapped FROM data_key WHERE owner_id = $1", client)
    assert [row["wrapped"] for row in left] == [None]


async def test_a_hold_and_a_destruction_at_once_never_both_happen_in_the_wrong_order(send, client, superuser):
    """Either the hold came first and the key is there, or the key was gone before the hold."""
    answers = await asyncio.gather(
        send("/v1/legal-holds", {"reason": "audit"}), send(f"/v1/clients/{client}/key-destruction", GONE)
    )
    held, destroyed = answers
    assert held.status_code == 201 and destroyed.status_code in (201, 409)
    if destroyed.status_code == 201:
        assert destroyed.json()["destroyed_at"] <= held.json()["placed_at"] or await superuser.fetchval(
            "SELECT (SELECT id FROM audit WHERE action = 'client_key.destroy' AND client_id = $1) < (SELECT id FROM audit "
            "WHERE action = 'legal_hold.place' AND resource_id = $2)", client, held.json()["id"]
        )  # fmt: skip


async def test_another_agency_sees_and_touches_no_hold(send, client):
    hold = (await send("/v1/legal-holds", {"reason": "complaint", "client_id": client}, expect=201)).json()
    other = {"agency_id": uuid4()}
    assert (await send("/v1/legal-holds", method="GET", expect=200, **other)).json()["items"] == []
    await send(f"/v1/legal-holds/{hold['id']}/release", expect=404, **other)
    await send(f"/v1/clients/{client}/key-destruction", GONE, expect=404, **other)
    mine = (await send("/v1/legal-holds", method="GET", expect=200)).json()["items"]
    assert [one["id"] for one in mine] == [hold["id"]]


async def test_the_accounting_holds_what_the_law_names(send, client, receive):
    now = real_now()
    made = {"diagnosis for the public's health": ("PUBHLTH", None, now), "to the client": ("PATRQT", None, now),
            "care": ("TREAT", None, now), "too long ago": ("PUBHLTH", None, now - timedelta(days=366 * 6 + 2))}  # fmt: skip
    ids = {}
    for name, (purpose, consent, at) in made.items():
        ids[name] = uuid4()
        await receive(DisclosureMade(disclosure_id=ids[name], client_id=client, recipient_id=uuid4(), purpose=purpose,
                                     data_classes=("diagnosis",), consent_id=consent, at=at))  # fmt: skip
    found = (await send(f"/v1/clients/{client}/disclosure-accounting", method="GET", expect=200)).json()
    assert [one["id"] for one in found["items"]] == [str(ids["diagnosis for the public's health"])]
