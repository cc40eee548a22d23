import base64

import pytest
from jose import jwt
from shared.auth import Verifier
from shared.db import uuid7

ADMIN = ("clinics:read", "clinics:write", "users:read", "users:write", "partner-apps:read", "partner-apps:write")


@pytest.fixture
async def slug(http, operator):
    name = f"t{uuid7().hex[-20:]}"
    body = {"name": "Sample Agency", "slug": name, "timezone": "America/Chicago", "administrator": "admin-01"}
    answer = await http.post("/v1/admin/agencies", json=body, headers=operator)
    assert answer.status_code == 201, answer.text
    return name


@pytest.fixture
async def verifier(http):
    found = Verifier("http://gateway.test", "unused")
    found.load((await http.get("/.well-known/jwks.json")).json())
    return found


@pytest.fixture
def verified(app, verifier):
    """The application verifies by its own keys, as it does when it runs."""
    app.state.verifier.keys |= verifier.keys


async def signed_in(http, slug, username="admin-01"):
    answer = await http.post("/v1/sandbox/tokens", json={"agency": slug, "username": username})
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_a_sandbox_user_gets_a_token_that_verifies(http, slug, verifier):
    answer = await http.post("/v1/sandbox/tokens", json={"agency": slug, "username": "admin-01"})
    by = await verifier.verify(answer.json()["access_token"])
    assert (
        by.roles == {"administrator"} and by.reach == "agency" and "users:write" in by.scopes and by.clinics == ("*",)
    )
    assert answer.json()["expires_in"] == 600


async def test_unknown_people_and_agencies_are_the_same_404(http, slug):
    unknown = [{"agency": slug, "username": "nobody"}, {"agency": "nowhere", "username": "admin-01"}]
    bodies = [(await http.post("/v1/sandbox/tokens", json=body)).json() for body in unknown]
    assert {body["status"] for body in bodies} == {404}
    assert len({(body["type"], body["detail"]) for body in bodies}) == 1


async def test_people_are_listed_for_the_seed(http, slug):
    items = (await http.get("/v1/sandbox/people")).json()["items"]
    assert [p["roles"] for p in items if p["agency"] == slug] == [["administrator"]]


async def test_a_partner_app_gets_what_it_was_given_and_no_more(http, slug, verifier, verified):
    headers = await signed_in(http, slug)
    made = await http.post(
        "/v1/admin/partner-apps", json={"name": "Website", "scopes": ["inquiries:create"]}, headers=headers
    )
    assert made.status_code == 201, made.text
    app = made.json()
    form = {"grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"]}
    answer = await http.post("/oauth/token", data=form)
    by = await verifier.verify(answer.json()["access_token"])
    assert by.scopes == {"inquiries:create"} and by.reach == "disclosed" and str(by.id) == app["id"]
    assert answer.headers["cache-control"] == "no-store"
    assert (await http.post("/oauth/token", data=form | {"scope": "clients:read"})).json()["error"] == "invalid_scope"
    basic = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    again = await http.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )
    assert again.status_code == 200
    shown = (await http.get(f"/v1/admin/partner-apps/{app['id']}", headers=headers)).json()
    assert "client_secret" not in shown and "secret_hash" not in shown
    assert (await http.post(f"/v1/admin/partner-apps/{app['id']}/revocation", headers=headers)).status_code == 200
    assert (await http.post("/oauth/token", data=form)).json()["error"] == "invalid_client"


async def test_a_new_secret_ends_the_old_one(http, slug, verified):
    headers = await signed_in(http, slug)
    app = (
        await http.post("/v1/admin/partner-apps", json={"name": "A", "scopes": ["directory:read"]}, headers=headers)
    ).json()
    new = (await http.post(f"/v1/admin/partner-apps/{app['id']}/secret", headers=headers)).json()
    form = {"grant_type": "client_credentials", "client_id": app["client_id"]}
    assert (await http.post("/oauth/token", data=form | {"client_secret": app["client_secret"]})).status_code == 401
    assert (await http.post("/oauth/token", data=form | {"client_secret": new["client_secret"]})).status_code == 200


@pytest.mark.parametrize("scope", ["clients:write", "internal", "agencies:write", "x"])
async def test_an_app_cannot_be_given_what_is_not_for_apps(http, slug, verified, scope):
    headers = await signed_in(http, slug)
    assert (
        await http.post("/v1/admin/partner-apps", json={"name": "A", "scopes": [scope]}, headers=headers)
    ).status_code == 422


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        (
            {"grant_type": "client_credentials", "client_id": "operator", "client_secret": "wrong"},
            401,
            "invalid_client",
        ),
        (
            {"grant_type": "client_credentials", "client_id": "service:intake", "client_secret": ""},
            401,
            "invalid_client",
        ),
        (
            {"grant_type": "client_credentials", "client_id": f"app:{uuid7()}.{uuid7()}", "client_secret": "x"},
            401,
            "invalid_client",
        ),
    ],
)
async def test_refusals_speak_oauth(http, form, status, error):
    answer = await http.post("/oauth/token", data=form or {"x": "y"})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert ("www-authenticate" in answer.headers) == (status == 401)


async def test_a_body_that_is_no_form_is_an_invalid_request(http):
    assert (await http.post("/oauth/token", json={"grant_type": "client_credentials"})).json()[
        "error"
    ] == "invalid_request"
    twice = await http.post(
        "/oauth/token",
        content="grant_type=a&grant_type=b",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert twice.json()["error"] == "invalid_request"


async def test_the_operator_and_a_service_sign_in(app, http, verifier):
    from pydantic import SecretStr

    office = app.state.office
    office.settings = office.settings.model_copy(
        update={"operator_secret": SecretStr("o"), "service_secrets": {"intake": SecretStr("i")}}
    )
    form = {"grant_type": "client_credentials", "client_id": "operator", "client_secret": "o"}
    by = await verifier.verify((await http.post("/oauth/token", data=form)).json()["access_token"])
    assert "agencies:write" in by.scopes and by.reach == "none" and by.agency_id is None
    agency, person = uuid7(), uuid7()
    form = {
        "grant_type": "client_credentials",
        "client_id": "service:intake",
        "client_secret": "i",
        "agency_id": str(agency),
        "act_sub": str(person),
        "purpose": "HPAYMT",
    }
    by = await verifier.verify((await http.post("/oauth/token", data=form)).json()["access_token"])
    assert by.scopes == {"internal", "clients:read", "disclosures:evaluate"} and by.reach == "agency"
    assert (by.agency_id, by.actor, by.purpose, by.client_id) == (agency, person, "HPAYMT", "service:intake")
    for wrong in ({"agency_id": "x"}, {"act_sub": "x"}, {"purpose": "X"}):
        assert (await http.post("/oauth/token", data=form | wrong)).json()["error"] == "invalid_request"


async def test_a_token_is_typed_and_names_its_key(http, slug):
    token = (await http.post("/v1/sandbox/tokens", json={"agency": slug, "username": "admin-01"})).json()[
        "access_token"
    ]
    header = jwt.get_unverified_header(token)
    keys = (await http.get("/.well-known/jwks.json")).json()["keys"]
    assert header["typ"] == "at+jwt" and header["alg"] == "RS256" and header["kid"] in {key["kid"] for key in keys}
    assert not {"d", "p", "q"} & set().union(*keys)


async def test_the_key_is_sealed_and_made_once(http, app, superuser):
    async with app.router.lifespan_context(app):
        rows = await superuser.fetch("SELECT private_sealed, agency_id FROM signing_key")
    assert len(rows) == 1 and b"PRIVATE" not in rows[0]["private_sealed"]


async def test_a_suspended_agency_gives_no_token(http, slug, operator):
    agency = next(
        a
        for a in (await http.get("/v1/admin/agencies?limit=200", headers=operator)).json()["items"]
        if a["slug"] == slug
    )
    changed = await http.post(f"/v1/admin/agencies/{agency['id']}/suspension", headers=operator)
    assert changed.status_code == 200, changed.text
    assert (await http.post("/v1/sandbox/tokens", json={"agency": slug, "username": "admin-01"})).status_code == 404


async def test_server_metadata_names_its_endpoints(http):
    found = (await http.get("/.well-known/oauth-authorization-server")).json()
    assert found["token_endpoint"] == "http://gateway.test/oauth/token"
    assert found["authorization_endpoint"] == "http://gateway.test/oauth/authorize"
    assert found["grant_types_supported"] == ["authorization_code", "client_credentials", "refresh_token"]
