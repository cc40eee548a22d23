"""The consent registry and intake's own exits, as callers see them."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from intake.rules.disclosures import OUTLAST, PERMIT_MS

SCOPES = tuple(
    f"{noun}:{verb}" for noun in ("clients", "consents", "programs", "episodes") for verb in ("read", "write")
)
SCOPES += ("disclosures:read", "disclosures:evaluate", "restrictions:write", "guardianships:write")
CLINIC = UUID(int=77)
FORM = {"form_version": "2026-1", "form_hash": "0" * 64}
SIGNS = {"signer": "client", "method": "e_sign"}
PERSON = {
    "clinic_id": str(CLINIC),
    "legal_first_name": "Sample",
    "legal_last_name": "Client 03",
    "date_of_birth": "1990-03-05",
    "administrative_sex": "female",
}
SAYS = ["right_to_revoke", "conditioning", "redisclosure_risk"]
SCOPE = {"data_classes": ["demographics"], "information_description": "Name and birth date"}
LATER = "2099-01-01T00:00:00Z"


@pytest.fixture
def desk(http, bearer):
    officer = uuid4()

    async def call(method, path, body=None, *, expect=200, **headers):
        sent = {**bearer(*SCOPES, roles=("privacy_officer",), sub=officer), "Idempotency-Key": str(uuid4()), **headers}
        answer = await http.request(method, path, json=body, headers=sent)
        assert answer.status_code == expect, answer.text
        return answer.json()

    return call


@pytest.fixture
async def client(desk):
    made = await desk("POST", "/v1/clients", {**PERSON, "phone": None, "member_id": str(uuid4())}, expect=201)
    return made["id"]


@pytest.fixture
def partner(bearer):
    app = uuid4()
    return app, bearer(
        "clients:read", sub=app, roles=("partner_app",), reach="disclosed", purpose="TREAT", purposes=["TREAT"]
    )


async def signed(desk, client, app, **more):
    wanted = {
        "client_id": client, "type": "roi", **FORM, "statements": SAYS, "purposes": ["TREAT"], "scope": SCOPE,
        "recipients": [{"id": str(app)}], "expires_at": LATER, **more,
    }  # fmt: skip
    draft = await desk("POST", "/v1/consents", wanted, expect=201)
    return (await desk("POST", f"/v1/consents/{draft['id']}/signature", SIGNS))["id"]


async def test_intake_asks_itself_before_it_tells_a_partner(http, desk, client, partner, superuser, agency):
    app, headers = partner
    assert (await http.get(f"/v1/clients/{client}", headers=headers)).status_code == 403
    consent = await signed(desk, client, app)
    assert (await http.get(f"/v1/clients/{client}", headers=headers)).json()["legal_last_name"] == "Client 03"
    row = await superuser.fetchrow(
        "SELECT code, consent_id, purpose FROM audit WHERE agency_id = $1 AND actor_id = $2 AND outcome = 'success'",
        agency,
        app,
    )
    assert (row["code"], str(row["consent_id"]), row["purpose"]) == ("phi-11", consent, "TREAT")


async def test_a_revocation_is_acknowledged_when_every_permit_has_lapsed_and_so_is_its_repetition(
    desk, client, partner
):
    consent, key = await signed(desk, client, partner[0]), str(uuid4())
    for _ in range(2):
        since = time.monotonic()
        await desk("POST", f"/v1/consents/{consent}/revocation", {}, **{"Idempotency-Key": key})
        assert time.monotonic() - since >= OUTLAST > PERMIT_MS / 1000


async def test_a_restriction_is_acknowledged_as_late(desk, client):
    since = time.monotonic()
    await desk("POST", f"/v1/clients/{client}/restrictions", {"data_class": "plan"}, expect=201)
    assert time.monotonic() - since >= OUTLAST


async def test_a_newer_consent_takes_the_place_of_the_older(http, desk, client, partner, superuser, agency):
    app, headers = partner
    older = await signed(desk, client, app)
    assert (await http.get(f"/v1/clients/{client}", headers=headers)).status_code == 200
    narrow = {"data_classes": ["contact"], "information_description": "A telephone number"}
    newer = await signed(desk, client, app, supersedes_id=older, scope=narrow)
    assert (await desk("GET", f"/v1/consents/{older}"))["status"] == "superseded"
    assert (await http.get(f"/v1/clients/{client}", headers=headers)).status_code == 403
    told = await superuser.fetchval(
        "SELECT data ->> 'by_consent_id' FROM outbox WHERE agency_id = $1 AND type = 'consent.superseded.v1'", agency
    )
    assert told == newer
    wanted = {"client_id": client, "type": "roi", **FORM, "supersedes_id": older}
    refused = await desk("POST", "/v1/consents", wanted, expect=422)
    assert refused["type"] == "/problems/not-supersedable"


async def test_a_spoken_word_does_not_revoke_an_authorization(desk, client, partner):
    consent = await signed(desk, client, partner[0])
    refused = await desk("POST", f"/v1/consents/{consent}/revocation", {"method": "verbal"}, expect=422)
    assert refused["type"] == "/problems/revocation-not-so"


async def test_an_expired_consent_opens_nothing(http, desk, client, partner, app):
    await signed(desk, client, partner[0], expires_at="2027-06-01T00:00:00Z")
    assert (await http.get(f"/v1/clients/{client}", headers=partner[1])).status_code == 200
    app.state.clock.set(app.state.clock.now().replace(year=2028))
    await asyncio.sleep(PERMIT_MS / 1000)
    assert (await http.get(f"/v1/clients/{client}", headers=partner[1])).status_code == 403


async def test_a_permit_lasts_no_longer_than_its_consent(desk, client, partner, app):
    consent = await signed(desk, client, partner[0], expires_at="2027-06-01T00:00:00Z")
    app.state.clock.set(datetime(2027, 5, 31, 23, 59, 59, 500_000, tzinfo=UTC))
    question = {
        "client_id": client, "data_class": "demographics", "purpose": "TREAT",
        "recipient_kind": "community_organisation", "recipient_id": str(partner[0]),
    }  # fmt: skip
    found = await desk("POST", "/v1/disclosures/evaluation", {"items": [question]})
    assert found["items"][0]["consent_id"] == consent and 0 <= found["valid_for_ms"] <= 500


async def test_the_states_law_is_the_agencys_to_set_and_tightens_only(desk, client):
    question = {
        "client_id": client, "data_class": "plan", "purpose": "TREAT", "recipient_kind": "treating_provider",
    }  # fmt: skip

    async def verdict():
        return (await desk("POST", "/v1/disclosures/evaluation", {"items": [question]}))["items"][0]["rule_id"]

    assert await verdict() == "phi-2"
    assert (await desk("GET", "/v1/disclosures/policy"))["minors_consent_from"] is None
    policy = {"needs_consent": [{"data_class": "plan", "purpose": "TREAT"}], "minors_consent_from": 12}
    await desk("PUT", "/v1/disclosures/policy", policy, **{"If-Match": "*"})
    assert await verdict() == "state-1"


@pytest.mark.parametrize(("signer", "rule"), [("client", "minor-1"), ("guardian", "phi-1")])
async def test_a_guardian_is_not_told_of_care_that_a_minor_chose_alone(desk, signer, rule):
    born = {"date_of_birth": "2012-01-05", "member_id": str(uuid4()), "phone": None}
    minor = (await desk("POST", "/v1/clients", {**PERSON, **born}, expect=201))["id"]
    draft = await desk("POST", "/v1/consents", {"client_id": minor, "type": "treatment", **FORM}, expect=201)
    who = {"role": signer, "name": "Sample Signer", "authority": "parent" if signer == "guardian" else None}
    await desk("POST", f"/v1/consents/{draft['id']}/signature", {**SIGNS, "signer": who})
    await desk("PUT", "/v1/disclosures/policy", {"minors_consent_from": 12}, **{"If-Match": "*"})
    guardian = str(uuid4())
    about = {"client_id": minor, "purpose": "PATRQT", "recipient_kind": "representative", "recipient_id": guardian}

    async def verdicts():
        asked = [{**about, "data_class": name} for name in ("plan", "demographics")]
        found = (await desk("POST", "/v1/disclosures/evaluation", {"items": asked}))["items"]
        return [answer["rule_id"] for answer in found]

    assert await verdicts() == ["guardian-1", "guardian-1"]
    standing = {"guardian_id": guardian, "authority": "parent", "custody": "sole", "starts_on": "2020-01-01"}
    await desk("POST", f"/v1/clients/{minor}/guardianships", standing, expect=201)
    assert await verdicts() == [rule, "phi-1"]


async def test_the_notice_and_the_consent_accompany_a_part2_record(desk, client):
    program = {"clinic_id": str(CLINIC), "code": str(uuid4())[:8], "name": "Recovery", "is_part2": True}
    made = await desk("POST", "/v1/admin/programs", program, expect=201)
    episode = await desk(
        "POST",
        "/v1/episodes",
        {"client_id": client, "program_id": made["id"], "primary_clinician_id": str(uuid4())},
        expect=201,
    )
    app = uuid4()
    says = ["right_to_revoke", "tpo_redisclosure", "tpo_refusal_consequences"]
    consent = await signed(
        desk,
        client,
        app,
        type="part2_tpo",
        statements=says,
        scope={"data_classes": ["part2_record"], "information_description": "All of my treatment"},
    )
    question = {
        "client_id": client, "data_class": "plan", "purpose": "TREAT", "recipient_kind": "treating_provider",
        "recipient_id": str(app), "episode_id": episode["id"],
    }  # fmt: skip
    (answer,) = (await desk("POST", "/v1/disclosures/evaluation", {"items": [question]}))["items"]
    assert (answer["rule_id"], answer["consent"]["id"]) == ("p2-9", consent)
    assert answer["notice"].startswith("42 CFR part 2 prohibits")
    assert [label.rpartition("|")[2] for label in answer["security_labels"]] == [
        "R",
        "BH",
        "ETHUD",
        "PSY",
        "SUD",
        "NORDSCLCD",
        "42CFRPart2",
    ]
