"""Security labels: computed at write, kept with the row, told to staff, to the client and to partners."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from intake.use_cases.record_disclosure import record_disclosure
from privacy import DataClass, codings, label_of
from shared.auth import Principal
from shared.contracts.disclosures import DisclosureMadeV2

PART2 = "http://terminology.hl7.org/CodeSystem/v3-ActCode|42CFRPart2"
CLINIC = str(UUID(int=77))
SCOPES = (
    "inquiries:create", "inquiries:read", "inquiries:write", "clients:read", "clients:write", "consents:read",
    "consents:write", "programs:read", "programs:write", "episodes:read", "episodes:write", "disclosures:read",
    "restrictions:write", "guardianships:write", "legal-holds:read", "legal-holds:write",
)  # fmt: skip
PERSON = {
    "clinic_id": CLINIC, "legal_first_name": "Sample", "legal_last_name": "Client 09", "date_of_birth": "1990-03-05",
    "administrative_sex": "female",
}  # fmt: skip
ASKS = {
    "clinic_id": CLINIC, "channel": "web", "caller_is": "self", "reason": "Feels low", "callback": {"ok_to_call": True},
}  # fmt: skip
FORM = {"form_version": "2026-1", "form_hash": "0" * 64}
GUARDIAN = {"authority": "guardian_of_adult", "may_consent": True, "starts_on": "2020-01-01"}


@pytest.fixture(params=[False, True], ids=["plain", "part2"])
def is_part2(request):
    """Whether the client's care is of Part 2."""
    return request.param


@pytest.fixture
def call(http, bearer):
    headers = bearer(*SCOPES, roles=("privacy_officer",), sub=uuid4())

    async def call(method, path, body=None, **more):
        sent = {**headers, "Idempotency-Key": str(uuid4()), **more}
        answer = await http.request(method, f"/v1/{path}", json=body, headers=sent)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    return call


@pytest.fixture
async def program(call, is_part2):
    made = {"clinic_id": CLINIC, "code": f"p-{uuid4().hex[:8]}", "name": "Sample program", "is_part2": is_part2}
    return (await call("POST", "admin/programs", made))["id"]


@pytest.fixture
async def client(call, program):
    """A client whose intake into the program has begun."""
    made = await call("POST", "clients", {**PERSON, "member_id": str(uuid4())})
    assert made["security_labels"] == codings(label_of(DataClass.DEMOGRAPHICS))
    await call(
        "POST", "episodes", {"client_id": made["id"], "program_id": program, "primary_clinician_id": str(uuid4())}
    )
    return made["id"]


@pytest.fixture
def wanted(is_part2):
    def of(data_class):
        found = codings(label_of(data_class, is_part2=is_part2))
        assert (PART2 in found) is is_part2
        return found

    return of


def told(*rows):
    return [row["security_labels"] for row in rows]


async def test_the_person_is_labelled_as_a_patient_of_the_program(call, client, wanted, superuser):
    listed = (await call("GET", "clients"))["items"]
    cards = (await call("POST", "clients/cards", {"client_ids": [client]}))["items"]
    rows = (await call("GET", f"clients/{client}"), next(row for row in listed if row["id"] == client), *cards)
    assert told(*rows) == [wanted(DataClass.DEMOGRAPHICS)] * 3
    kept = await superuser.fetchval("SELECT security_labels FROM client WHERE id = $1", UUID(client))
    assert kept == wanted(DataClass.DEMOGRAPHICS)


async def test_an_episode_and_a_consent_tell_of_care(call, client, wanted):
    for noun, body in (("episodes", None), ("consents", {"client_id": client, "type": "roi", **FORM})):
        made = [await call("POST", noun, body)] if body else []
        listed = (await call("GET", f"{noun}?client_id={client}"))["items"]
        alone = await call("GET", f"{noun}/{listed[0]['id']}")
        assert told(*made, *listed, alone) == [wanted(DataClass.CLINICAL)] * (2 + len(made)), noun


async def test_restrictions_guardianships_and_holds_say_theirs(call, client, wanted):
    for path, body in (
        (f"clients/{client}/restrictions", {"is_self_paid": True}),
        (f"clients/{client}/guardianships", {"guardian_id": str(uuid4()), **GUARDIAN}),
    ):
        made = await call("POST", path, body)
        listed = (await call("GET", path))["items"]
        assert told(made, *listed) == [wanted(DataClass.DEMOGRAPHICS)] * 2, path
    hold = await call("POST", "legal-holds", {"client_id": client, "reason": "litigation"})
    assert told(hold) == [wanted(DataClass.DEMOGRAPHICS)]


async def test_who_asks_for_a_part_2_program_is_labelled_from_the_first_call_on(call, program, wanted):
    made = await call("POST", "inquiries", {**ASKS, "program_id": program})
    await call("POST", f"inquiries/{made['id']}/triage", {"level": "emergent"})
    tried = await call("POST", f"inquiries/{made['id']}/contact-attempts", {"outcome": "reached"})
    rows = (await call("GET", f"inquiries/{made['id']}"), tried)
    assert told(*rows) == [wanted(DataClass.CLINICAL)] * 2


async def test_the_accounting_and_the_own_corner_say_them_too(call, http, bearer, app, client, wanted, agency):
    async def decide(by, questions):
        answer = {"is_permitted": True, "rule_id": "rule", "consent_id": None, "obligations": []}
        return {"items": [answer] * len(questions), "valid_for_ms": 1000}

    made = DisclosureMadeV2(
        disclosure_id=uuid4(), client_id=UUID(client), recipient_id=uuid4(), purpose="TREAT", data_classes=("plan",),
        rule_id="rule", consent_id=None, at=datetime.now(UTC),
    )  # fmt: skip
    by = Principal.system("intake", agency_id=agency)
    async with app.state.database.transaction(by) as tx:
        await record_disclosure(tx, made, by=by)
    assert told(*(await call("GET", f"disclosures?client_id={client}"))["items"]) == [wanted(DataClass.CLINICAL)]
    await call("POST", "consents", {"client_id": client, "type": "roi", **FORM})
    app.state.exits.ask = decide
    headers = bearer("own-records:read", roles=("client_portal",), sub=uuid4(), reach="own", clients=[client])
    for path, data_class in (
        ("clients", DataClass.DEMOGRAPHICS),
        (f"consents?client_id={client}", DataClass.CLINICAL),
        (f"disclosures?client_id={client}", DataClass.CLINICAL),
    ):
        found = (await http.get(f"/v1/me/{path}", headers=headers)).json()
        assert told(*found["items"]) == [wanted(data_class)], path
    partner = bearer(*SCOPES, roles=("partner_app",), reach="disclosed", purpose="TREAT", purposes=["TREAT"])
    shown = (await http.get(f"/v1/clients/{client}", headers=partner)).json()
    assert told(shown) == [wanted(DataClass.DEMOGRAPHICS)]
