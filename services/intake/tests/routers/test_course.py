"""From the first call to admission, as a caller of the API sees it."""

from uuid import UUID, uuid4

import pytest
from shared.contracts.gateway import AgencyChanged, ClinicChanged

CLINIC = UUID(int=77)
SCOPES = (
    "inquiries:create",
    "inquiries:read",
    "inquiries:write",
    "clients:read",
    "clients:write",
    "consents:read",
    "consents:write",
    "programs:read",
    "programs:write",
    "episodes:read",
    "episodes:write",
    "disclosures:read",
    "disclosures:evaluate",
    "restrictions:write",
)
CALLBACK = {"ok_to_call": True, "ok_to_leave_voicemail": False, "ok_to_text": True}
ASKS = {"clinic_id": str(CLINIC), "channel": "web", "caller_is": "self", "reason": "Feels low", "callback": CALLBACK}
PERSON = {
    "clinic_id": str(CLINIC),
    "legal_first_name": "Sample",
    "legal_last_name": "Client 03",
    "date_of_birth": "1990-03-05",
    "administrative_sex": "female",
    "member_id": "SAMPLE-000003",
    "phone": "+1 555 010 0103",
    "address": {"line1": "3 Sample Street", "city": "Sampleton", "state": "IL", "postal_code": "60601"},
}
FORM = {"form_version": "2026-1", "form_hash": "0" * 64}
SIGNS = {"signer": "client", "method": "e_sign"}


@pytest.fixture
def send(http, bearer):
    async def post(path, body=None, *, method="POST", scopes=SCOPES, expect=None, headers=None, **token):
        sent = {
            **bearer(*scopes, roles=("intake_coordinator",), **token),
            "Idempotency-Key": str(uuid4()),
            **(headers or {}),
        }
        answer = await http.request(method, path, json=body, headers=sent)
        assert expect is None or answer.status_code == expect, answer.text
        return answer

    return post


@pytest.fixture
async def calendar(receive, agency):
    await receive(AgencyChanged(agency_id=agency, timezone="America/Chicago", holidays=()))
    await receive(ClinicChanged(clinic_id=CLINIC, timezone="America/Chicago"))


async def register(send, **more):
    return (await send("/v1/clients", {**PERSON, **more}, expect=201)).json()


async def sign(send, client_id, kind="treatment", signature=SIGNS, **more):
    draft = (await send("/v1/consents", {"client_id": client_id, "type": kind, **FORM, **more}, expect=201)).json()
    return await send(f"/v1/consents/{draft['id']}/signature", signature)


async def test_a_routine_inquiry_becomes_an_admitted_client(send, calendar):
    inquiry = (await send("/v1/inquiries", ASKS, expect=201)).json()
    assert inquiry["status"] == "new"
    assert inquiry["emergency_text"] is None
    triaged = (await send(f"/v1/inquiries/{inquiry['id']}/triage", {"level": "routine"}, expect=200)).json()
    assert triaged["due_at"] > triaged["received_at"]
    assert triaged["standard_code"] == "ccbhc.routine.10bd"
    await send(f"/v1/inquiries/{inquiry['id']}/contact-attempts", {"outcome": "no_answer"}, expect=201)
    refused = await send("/v1/clients", {**PERSON, "inquiry_id": inquiry["id"]}, expect=409)
    assert refused.json()["type"] == "/problems/inquiry-not-open"
    await send(f"/v1/inquiries/{inquiry['id']}/contact-attempts", {"outcome": "reached"}, expect=201)
    client = await register(send, inquiry_id=inquiry["id"])
    assert client["status"] == "prospective"
    program = (
        await send("/v1/admin/programs", {"clinic_id": str(CLINIC), "code": "OP", "name": "Outpatient"}, expect=201)
    ).json()
    wanted = {"client_id": client["id"], "program_id": program["id"], "primary_clinician_id": str(uuid4())}
    episode = (await send("/v1/episodes", wanted, expect=201)).json()
    assert episode["status"] == "intake"
    early = await send(f"/v1/episodes/{episode['id']}/admission", expect=409)
    assert early.json()["type"] == "/problems/consent-missing"
    assert (await sign(send, client["id"])).json()["status"] == "active"
    admitted = (await send(f"/v1/episodes/{episode['id']}/admission", {}, expect=200)).json()
    assert admitted["status"] == "admitted"
    assert (await send(f"/v1/clients/{client['id']}", method="GET", expect=200)).json()["status"] == "active"
    await send("/v1/episodes", wanted, expect=409)
    await send(f"/v1/episodes/{episode['id']}/admission", {}, expect=409)


async def test_who_is_in_danger_is_told_of_988_and_triaged_before_the_calendar_is_known(send):
    inquiry = (await send("/v1/inquiries", {**ASKS, "danger_flags": ["suicidal_thoughts_now"]}, expect=201)).json()
    assert "988" in inquiry["emergency_text"]
    found = (await send(f"/v1/inquiries/{inquiry['id']}", method="GET", expect=200)).json()
    assert (found["status"], found["level"], found["due_at"]) == ("triaged", "emergent", found["received_at"])
    closing = {"reason": "referred_elsewhere"}
    assert (
        (await send(f"/v1/inquiries/{inquiry['id']}/closure", closing, expect=409))
        .json()["type"]
        .endswith("disposition-missing")
    )
    await send(f"/v1/inquiries/{inquiry['id']}/closure", {**closing, "disposition": "988"}, expect=200)
    await send(f"/v1/inquiries/{inquiry['id']}/closure", {**closing, "disposition": "988"}, expect=409)


async def test_business_days_wait_for_the_calendar(send):
    inquiry = (await send("/v1/inquiries", ASKS, expect=201)).json()
    await send(f"/v1/inquiries/{inquiry['id']}/triage", {"level": "routine"}, expect=503)


async def test_the_same_person_again_is_refused_with_ids_alone_until_a_person_decides(send):
    first = await register(send)
    again = await send("/v1/clients", PERSON, expect=409)
    assert again.json()["candidate_ids"] == [first["id"]]
    assert "Sample" not in again.text
    decided = {"duplicate_decision": {"candidate_ids": [first["id"]], "reason": "Looked at both cards"}}
    second = await register(send, **decided)
    assert second["possible_duplicates"] == [first["id"]]


async def test_a_possible_duplicate_is_created_and_shown(send):
    first = await register(send)
    second = await register(send, member_id="SAMPLE-000009")
    assert second["possible_duplicates"] == [first["id"]]


async def test_a_twin_is_created_and_shown(send):
    first = await register(send)
    twin = await register(send, legal_first_name="Zwilling")
    assert twin["possible_duplicates"] == [first["id"]]


async def test_cards_leave_out_what_the_front_desk_need_not_see(send, http, bearer):
    client = await register(send, is_address_confidential=True)
    wanted = {"client_ids": [client["id"], str(uuid4())]}
    mine = (await send("/v1/clients/cards", wanted, expect=200)).json()["items"]
    assert [(card["legal_last_name"], card["address"]) for card in mine] == [("Client 03", None)]
    desk = await http.post("/v1/clients/cards", json=wanted, headers=bearer("clients:read", roles=("front_desk",)))
    assert desk.json()["items"][0]["shown_name"] == "Sample"
    assert desk.json()["items"][0]["date_of_birth"] is None


async def test_who_has_no_relationship_finds_nothing(send):
    client = await register(send)
    path = f"/v1/clients/{client['id']}"
    unknown = await send(f"/v1/clients/{uuid4()}", method="GET", reach="caseload", expect=404)
    hidden = await send(path, method="GET", reach="caseload", expect=404)
    assert {**unknown.json(), "instance": ""} == {**hidden.json(), "instance": ""}
    assert (await send("/v1/clients", method="GET", reach="caseload")).json()["items"] == []
    await send(path, method="GET", agency_id=uuid4(), expect=404)


async def test_a_change_needs_the_version_that_was_read(send):
    client = await register(send)
    path = f"/v1/clients/{client['id']}"
    await send(path, {"phone": None}, method="PATCH", expect=428)
    await send(path, {"phone": None}, method="PATCH", headers={"If-Match": '"9"'}, expect=412)
    changed = await send(
        path, {"phone": None, "name_to_use": "Sam"}, method="PATCH", headers={"If-Match": '"1"'}, expect=200
    )
    assert (changed.json()["phone"], changed.json()["name_to_use"], changed.headers["etag"]) == (None, "Sam", '"2"')


async def test_an_incomplete_release_names_what_is_missing(send):
    client = await register(send)
    answer = await sign(send, client["id"], "roi")
    assert answer.status_code == 422
    assert {"recipient", "purpose", "expiration", "right_to_revoke"} <= set(answer.json()["missing"])
    assert all(found["pointer"].startswith("/") for found in answer.json()["errors"])


async def test_validation_stores_nothing(send):
    client = await register(send)
    wanted = {"client_id": client["id"], "type": "treatment", **FORM}
    assert (await send("/v1/consents/validation", wanted, expect=200)).json()["is_valid"] is False
    whole = (
        await send("/v1/consents/validation", {**wanted, "signature": {**SIGNS, "signed_at": "2026-01-05T10:00:00Z"}})
    ).json()
    assert whole["is_valid"] is True
    assert (await send(f"/v1/consents?client_id={client['id']}", method="GET")).json()["items"] == []


PAYER = uuid4()
TPO = {
    "scope": {"data_classes": ["part2_record"], "information_description": "All records of my treatment"},
    "recipients": [{"id": str(PAYER), "name": "Sample Health Plan"}],
    "purposes": ["TREAT", "HPAYMT", "HOPERAT"],
    "statements": ["right_to_revoke", "tpo_redisclosure", "tpo_refusal_consequences"],
    "expires_event": "none",
}


async def test_from_a_revocation_on_nothing_leaves(send):
    client = await register(send)
    program = (
        await send(
            "/v1/admin/programs", {"clinic_id": str(CLINIC), "code": "SUD", "name": "SUD program", "is_part2": True}
        )
    ).json()
    question = {
        "client_id": client["id"],
        "data_class": "billing",
        "purpose": "HPAYMT",
        "recipient_kind": "payer",
        "recipient_id": str(PAYER),
        "program_id": program["id"],
    }

    async def ask(**more):
        return (await send("/v1/disclosures/evaluation", {"items": [{**question, **more}]}, expect=200)).json()[
            "items"
        ][0]

    assert (await ask())["rule_id"] == "p2-11"
    consent = (await sign(send, client["id"], "part2_tpo", **TPO)).json()
    assert consent["rule_version"] == "42cfr2.31-2024"
    permitted = await ask()
    assert (permitted["is_permitted"], permitted["consent_id"]) == (True, consent["id"])
    assert "part2_notice" in permitted["obligations"]
    assert (await ask(purpose="HLEGAL", recipient_kind="court", circumstances=["subpoena"]))["is_permitted"] is False
    await send(f"/v1/consents/{consent['id']}/revocation", {"method": "portal"}, expect=200)
    assert (await ask())["is_permitted"] is False
    assert (await ask(purpose="ETREAT", recipient_kind="treating_provider", circumstances=["medical_emergency"]))[
        "is_permitted"
    ]
    assert (await ask(client_id=str(uuid4())))["reason"] == "unknown-client"
    await send(f"/v1/consents/{consent['id']}/revocation", {}, expect=409)


async def test_a_self_paid_service_is_not_told_to_the_plan_until_the_restriction_is_withdrawn(send):
    client = await register(send)
    path = f"/v1/clients/{client['id']}/restrictions"
    restriction = (await send(path, {"is_self_paid": True}, expect=201)).json()
    question = {"client_id": client["id"], "data_class": "billing", "purpose": "HPAYMT", "recipient_kind": "payer"}
    first = (await send("/v1/disclosures/evaluation", {"items": [question]})).json()["items"][0]
    assert first["rule_id"] == "limit-1"
    await send(f"{path}/{restriction['id']}/withdrawal", expect=200)
    await send(f"{path}/{restriction['id']}/withdrawal", expect=409)
    assert (await send("/v1/disclosures/evaluation", {"items": [question]})).json()["items"][0]["is_permitted"]


async def test_a_refused_privacy_notice_is_recorded_and_blocks_nothing(send):
    client = await register(send)
    draft = (await send("/v1/consents", {"client_id": client["id"], "type": "npp_acknowledgement", **FORM})).json()
    assert (await send(f"/v1/consents/{draft['id']}/declination", expect=200)).json()["status"] == "declined"
    await send(f"/v1/consents/{draft['id']}/signature", SIGNS, expect=409)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/inquiries"),
        ("GET", "/v1/inquiries"),
        ("POST", "/v1/clients"),
        ("GET", "/v1/clients"),
        ("POST", "/v1/clients/cards"),
        ("POST", "/v1/consents"),
        ("GET", f"/v1/consents?client_id={CLINIC}"),
        ("POST", "/v1/admin/programs"),
        ("GET", "/v1/admin/programs"),
        ("POST", "/v1/episodes"),
        ("GET", "/v1/episodes"),
        ("POST", "/v1/disclosures/evaluation"),
        ("GET", f"/v1/disclosures?client_id={CLINIC}"),
        ("POST", f"/v1/consents/{CLINIC}/signature"),
        ("POST", f"/v1/consents/{CLINIC}/revocation"),
        ("POST", f"/v1/episodes/{CLINIC}/admission"),
        ("POST", f"/v1/inquiries/{CLINIC}/triage"),
        ("POST", f"/v1/clients/{CLINIC}/restrictions"),
        ("PATCH", f"/v1/clients/{CLINIC}"),
    ],
)
async def test_without_the_scope_nothing_is_looked_up(send, http, method, path):
    assert (await send(path, {}, method=method, scopes=("nothing:read",))).status_code == 403
    assert (await http.request(method, path, json={})).status_code == 401
