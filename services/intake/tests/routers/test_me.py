"""The corner of those who are cared for: a client's own account, a guardian's, and what each is told."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from intake.rules.disclosures import OUTLAST
from intake.use_cases.record_disclosure import record_disclosure
from shared.auth import Principal
from shared.contracts.disclosures import DisclosureMadeV2

SCOPES = (
    "clients:read", "clients:write", "consents:read", "consents:write", "restrictions:write", "disclosures:read",
    "guardianships:write",
)  # fmt: skip
OWN = ("own-records:read", "own-consents:write")
FORM = {"form_version": "2026-1", "form_hash": "0" * 64}
PERSON = {
    "clinic_id": str(UUID(int=77)), "legal_first_name": "Sample", "legal_last_name": "Client 05",
    "administrative_sex": "female", "phone": None,
}  # fmt: skip
ADULT, MINOR = "1990-03-05", "2012-01-05"
TODAY = datetime.now(UTC).date()
PARENT = {"authority": "parent", "custody": "joint", "may_consent": True, "starts_on": "2020-01-01"}


class Person:
    """Somebody with an account of their own."""

    def __init__(self, http, bearer, role, *clients):
        self.http, self.id = http, uuid4()
        self.headers = bearer(*OWN, roles=(role,), sub=self.id, reach="own", clients=list(clients))

    async def call(self, method, path, body=None, *, expect=200, **headers):
        sent = {**self.headers, "Idempotency-Key": str(uuid4()), **headers}
        answer = await self.http.request(method, f"/v1/me{path}", json=body, headers=sent)
        assert answer.status_code == expect, answer.text
        return answer.json()


@pytest.fixture
def desk(http, bearer):
    headers = bearer(*SCOPES, roles=("privacy_officer",), sub=uuid4())

    async def call(method, path, body=None, *, expect=200, **more):
        sent = {**headers, "Idempotency-Key": str(uuid4()), **more}
        answer = await http.request(method, path, json=body, headers=sent)
        assert answer.status_code == expect, answer.text
        return answer.json()

    return call


@pytest.fixture
def person(http, bearer):
    return lambda role, *clients: Person(http, bearer, role, *clients)


@pytest.fixture
def register(desk):
    async def made(born=ADULT):
        body = {**PERSON, "date_of_birth": born, "member_id": str(uuid4())}
        return (await desk("POST", "/v1/clients", body, expect=201))["id"]

    return made


def roi(client, **more):
    return {
        "client_id": client, "type": "roi", **FORM, "purposes": ["TREAT"],
        "statements": ["right_to_revoke", "conditioning", "redisclosure_risk"],
        "scope": {"data_classes": ["demographics"], "information_description": "Name and birth date"},
        "recipients": [{"id": str(uuid4()), "name": "Sample partner"}], "expires_at": "2099-01-01T00:00:00Z", **more,
    }  # fmt: skip


async def stand(desk, client, guardian, **more):
    body = {"guardian_id": str(guardian.id), **PARENT, **more}
    return await desk("POST", f"/v1/clients/{client}/guardianships", body, expect=201)


async def test_who_has_not_the_scope_has_no_corner(http, bearer, register):
    client = await register()
    staff = bearer("clients:read", "consents:read", "consents:write", "disclosures:read")
    for path in ("clients", f"consents?client_id={client}", f"disclosures?client_id={client}"):
        assert (await http.get(f"/v1/me/{path}", headers=staff)).status_code == 403


async def test_a_client_grants_reads_and_revokes(person, register, superuser, agency):
    client = await register()
    me = person("client_portal", client)
    assert [(one["id"], one["acts_as"]) for one in (await me.call("GET", "/clients"))["items"]] == [(client, "client")]
    draft = await me.call("POST", "/consents", roi(client), expect=201)
    signed = await me.call("POST", f"/consents/{draft['id']}/signature")
    assert (signed["status"], signed["signer_role"], signed["method"]) == ("active", "client", "e_sign")
    assert [one["id"] for one in (await me.call("GET", f"/consents?client_id={client}"))["items"]] == [draft["id"]]
    since = time.monotonic()
    revoked = await me.call("POST", f"/consents/{draft['id']}/revocation")
    assert time.monotonic() - since >= OUTLAST
    assert (revoked["status"], revoked["revocation"]["method"]) == ("revoked", "portal")
    assert (await me.call("GET", f"/consents/{draft['id']}"))["status"] == "revoked"
    again = await me.call("POST", f"/consents/{draft['id']}/revocation", expect=409)
    assert again["type"] == "/problems/consent-not-open"
    rows = await superuser.fetch(
        "SELECT action, purpose FROM audit WHERE agency_id = $1 AND actor_id = $2", agency, me.id
    )
    assert {row["purpose"] for row in rows} == {"PATRQT"}
    assert {"client.list", "consent.list", "consent.read", "consent.sign", "consent.revoke"} <= {
        r["action"] for r in rows
    }


async def test_a_revocation_is_acknowledged_when_every_permit_has_lapsed_even_when_sent_twice(person, register):
    client = await register()
    me, key = person("client_portal", client), str(uuid4())
    draft = await me.call("POST", "/consents", roi(client), expect=201)
    await me.call("POST", f"/consents/{draft['id']}/signature")
    for _ in range(2):
        since = time.monotonic()
        await me.call("POST", f"/consents/{draft['id']}/revocation", **{"Idempotency-Key": key})
        assert time.monotonic() - since >= OUTLAST


async def test_nobody_finds_another_persons_records(desk, person, register):
    mine, other = await register(), await register()
    me, they = person("client_portal", mine), person("client_portal", other)
    draft = await they.call("POST", "/consents", roi(other), expect=201)
    unknown = await me.call("GET", f"/consents/{uuid4()}", expect=404)
    found = await me.call("GET", f"/consents/{draft['id']}", expect=404)
    assert found | {"instance": ""} == unknown | {"instance": ""}
    for verb in ("signature", "declination", "revocation"):
        await me.call("POST", f"/consents/{draft['id']}/{verb}", expect=404)
    await me.call("POST", "/consents", roi(other), expect=404)
    for noun in ("consents", "disclosures"):
        refused = [await me.call("GET", f"/{noun}?client_id={one}", expect=404) for one in (other, uuid4())]
        assert refused[0] | {"instance": ""} == refused[1] | {"instance": ""}
    assert (await desk("GET", f"/v1/consents/{draft['id']}"))["status"] == "draft"


async def test_consents_to_care_are_drafted_by_those_who_give_it(desk, person, register):
    client = await register()
    me = person("client_portal", client)
    refused = await me.call("POST", "/consents", {"client_id": client, "type": "treatment", **FORM}, expect=409)
    assert refused["type"] == "/problems/not-yours-to-sign"
    draft = await desk("POST", "/v1/consents", {"client_id": client, "type": "treatment", **FORM}, expect=201)
    assert (await me.call("POST", f"/consents/{draft['id']}/signature"))["status"] == "active"
    other = await desk("POST", "/v1/consents", {"client_id": client, "type": "telehealth", **FORM}, expect=201)
    assert (await me.call("POST", f"/consents/{other['id']}/declination"))["status"] == "declined"


async def test_an_account_without_a_guardianship_is_told_nothing(person, register, desk):
    client = await register(MINOR)
    guardian = person("guardian", client)
    draft = await desk("POST", "/v1/consents", roi(client), expect=201)
    assert (await guardian.call("GET", "/clients"))["items"] == []
    assert (await guardian.call("GET", f"/consents?client_id={client}")) == {"items": [], "next_cursor": None}
    await guardian.call("GET", f"/consents/{draft['id']}", expect=404)
    for verb in ("signature", "declination", "revocation"):
        await guardian.call("POST", f"/consents/{draft['id']}/{verb}", expect=404)
    await stand(desk, client, guardian)
    shown = (await guardian.call("GET", "/clients"))["items"]
    assert [(one["id"], one["acts_as"], one["authority"]) for one in shown] == [(client, "guardian", "parent")]
    signed = await guardian.call("POST", f"/consents/{draft['id']}/signature")
    assert (signed["signer_role"], signed["signer_authority"]) == ("guardian", "parent")
    assert (await guardian.call("POST", f"/consents/{draft['id']}/revocation"))["status"] == "revoked"


@pytest.mark.parametrize(
    ("born", "standing", "is_shown"),
    [
        (MINOR, {}, True),
        (MINOR, {"custody": "sole"}, True),
        (MINOR, {"custody": "none"}, False),
        (MINOR, {"ends_on": (TODAY - timedelta(days=2)).isoformat()}, False),
        (MINOR, {"starts_on": (TODAY + timedelta(days=2)).isoformat()}, False),
        (ADULT, {}, False),
        (ADULT, {"authority": "health_care_agent", "custody": None}, True),
    ],
)
async def test_custody_and_authority_decide_and_end_at_majority(desk, person, register, born, standing, is_shown):
    client = await register(born)
    guardian = person("guardian", client)
    await stand(desk, client, guardian, **standing)
    assert bool((await guardian.call("GET", "/clients"))["items"]) is is_shown


async def test_a_guardianship_that_ends_ends_at_its_acknowledgement(desk, person, register, superuser, agency):
    client = await register(MINOR)
    guardian = person("guardian", client)
    made = await stand(desk, client, guardian)
    assert (await guardian.call("GET", "/clients"))["items"]
    since = time.monotonic()
    await desk("POST", f"/v1/clients/{client}/guardianships/{made['id']}/ending")
    assert time.monotonic() - since >= OUTLAST
    assert (await guardian.call("GET", "/clients"))["items"] == []
    refused = await desk("POST", f"/v1/clients/{client}/guardianships/{made['id']}/ending", expect=409)
    assert refused["type"] == "/problems/guardianship-ended"
    assert len((await desk("GET", f"/v1/clients/{client}/guardianships"))["items"]) == 1
    told = await superuser.fetch(
        "SELECT type, data ->> 'guardian_id' AS who FROM outbox WHERE agency_id = $1 AND type LIKE 'guardianship.%' "
        "ORDER BY id",
        agency,
    )
    names = ["guardianship.began.v1", "guardianship.ended.v1"]
    assert [(row["type"], row["who"]) for row in told] == [(name, str(guardian.id)) for name in names]


@pytest.mark.parametrize("more", [{"custody": None}, {"authority": "health_care_agent"}])
async def test_custody_is_said_of_minors(desk, register, more):
    body = {"guardian_id": str(uuid4()), **PARENT, **more}
    refused = await desk("POST", f"/v1/clients/{await register(MINOR)}/guardianships", body, expect=422)
    assert refused["type"] == "/problems/custody-not-so"


async def test_a_guardian_is_not_told_of_care_that_the_minor_chose_alone(desk, person, register):
    client = await register(MINOR)
    guardian, minor = person("guardian", client), person("client_portal", client)
    await stand(desk, client, guardian)
    mine = await desk("POST", "/v1/consents", roi(client), expect=201)
    theirs = await desk("POST", "/v1/consents", roi(client), expect=201)
    await guardian.call("POST", f"/consents/{theirs['id']}/signature")
    await desk("PUT", "/v1/disclosures/policy", {"minors_consent_from": 12}, **{"If-Match": "*"})
    care = await desk("POST", "/v1/consents", {"client_id": client, "type": "treatment", **FORM}, expect=201)
    for draft in (care, mine):
        assert (await minor.call("POST", f"/consents/{draft['id']}/signature"))["signer_role"] == "client"
    shown = await guardian.call("GET", f"/consents?client_id={client}")
    assert [one["id"] for one in shown["items"]] == [theirs["id"]]
    for hidden in (care, mine):
        await guardian.call("GET", f"/consents/{hidden['id']}", expect=404)
    nothing = {"items": [], "next_cursor": None}
    assert await guardian.call("GET", f"/disclosures?client_id={client}") == nothing
    assert len((await minor.call("GET", f"/consents?client_id={client}"))["items"]) == 3


async def test_a_child_signs_nothing_alone_and_a_guardian_only_within_the_order(desk, person, register):
    client = await register(MINOR)
    guardian, minor = person("guardian", client), person("client_portal", client)
    await stand(desk, client, guardian, may_consent=False)
    draft = await desk("POST", "/v1/consents", roi(client), expect=201)
    for who in (guardian, minor):
        refused = await who.call("POST", f"/consents/{draft['id']}/signature", expect=409)
        assert refused["type"] == "/problems/not-yours-to-sign"


async def test_a_guardian_does_not_revoke_what_the_client_signed(desk, person, register):
    client = await register()
    guardian, me = person("guardian", client), person("client_portal", client)
    await stand(desk, client, guardian, authority="guardian_of_adult", custody=None)
    draft = await me.call("POST", "/consents", roi(client), expect=201)
    await me.call("POST", f"/consents/{draft['id']}/signature")
    refused = await guardian.call("POST", f"/consents/{draft['id']}/revocation", expect=422)
    assert refused["type"] == "/problems/revocation-not-so"


async def test_a_client_reads_what_left_and_what_of_it_the_law_accounts_for(person, register, database, agency):
    client = await register()
    me, by = person("client_portal", client), Principal.system("intake", agency_id=agency)
    async with database.transaction(by) as tx:
        for purpose, consent in (("PUBHLTH", None), ("TREAT", uuid4())):
            made = DisclosureMadeV2(
                disclosure_id=uuid4(), client_id=client, recipient_id=uuid4(), purpose=purpose,
                data_classes=("plan",), rule_id="phi-9", consent_id=consent, at=tx.now,
            )  # fmt: skip
            await record_disclosure(tx, made, by=by)
    found = (await me.call("GET", f"/disclosures?client_id={client}"))["items"]
    assert {(one["purpose"], one["is_accounted"]) for one in found} == {("PUBHLTH", True), ("TREAT", False)}
