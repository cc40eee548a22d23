"""Who is suspended is out at once, and comes in anew when resumed."""

import asyncio
import contextlib
import time
from urllib.parse import urlencode
from uuid import UUID

import pytest
from gateway.rules.clients import agency_id_of
from gateway.use_cases.deactivate_user import deactivate_user
from gateway.use_cases.suspend_agency import suspend_agency
from gateway.use_cases.suspend_partner_app import suspend_partner_app
from jose import jwt
from shared.auth import Principal
from shared.db import uuid7
from shared.signed_out import admit, issue_second

CLINICS = "/v1/admin/clinics"


async def until(ask, status):
    """The process hears of it from its own database: within two seconds."""
    started = time.monotonic()
    while (found := await ask()) != status:
        assert time.monotonic() - started < 2, found
        await asyncio.sleep(0.01)


def headers_of(given):
    return {"Authorization": f"Bearer {given['access_token']}"}


@pytest.fixture
def reads(http):
    """reads(headers) → how reading the clinics ends."""

    async def ask(headers):
        return (await http.get(CLINICS, headers=headers)).status_code

    return ask


@pytest.fixture
def change(http, operator, slug):
    async def change(what, expect=200):
        path = f"/v1/admin/agencies/{agency_id_of(slug)}"
        answer = await http.post(f"{path}/{what}", headers=operator)
        assert answer.status_code == expect, answer.text
        return answer.json()

    return change


@pytest.fixture
async def partner(http, administrator):
    """A partner app with its secret, and how it asks for a token."""
    body = {"name": "Sample partner", "scopes": ["clinics:read"]}
    app = (await http.post("/v1/admin/partner-apps", json=body, headers=administrator)).json()
    form = {"grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"]}
    return app, lambda: http.post("/oauth/token", data=form)


async def over_the_second():
    """Tokens are dated to the second: until the next one has begun."""
    await asyncio.sleep(1.1 - time.time() % 1)


@pytest.fixture
def half_done(database, slug):
    """half_done(use case, subject) → what signs somebody out, done but not yet committed while a second goes by."""

    @contextlib.asynccontextmanager
    async def begin(use_case, subject, by):
        async with database.transaction(by, request_id="test") as tx:
            await use_case(tx, subject, by=by)
            await tx.flush()
            await over_the_second()
            yield

    return begin


@pytest.mark.parametrize("who", ["agency", "app", "person"])
async def test_no_token_is_given_beside_a_suspension_under_way(who, half_done, slug, therapist, partner, reads):
    """It would be dated after the suspension that it did not see, and live on for ten minutes."""
    app, ask_token = partner
    agency, code = agency_id_of(slug), (await therapist.sign_in())["code"]
    operator, administrator = Principal(uuid7(), None), Principal(uuid7(), agency)
    deed = {
        "agency": (suspend_agency, agency, operator),
        "app": (suspend_partner_app, UUID(app["id"]), administrator),
        "person": (deactivate_user, UUID(therapist.id), administrator),
    }[who]
    async with half_done(*deed):
        asking = [asyncio.ensure_future(one) for one in (ask_token(), therapist.redeem(code))]
        await asyncio.sleep(0.3)
        waiting = [not one.done() for one in asking]
    given = [(await one).json() for one in asking]
    out = {"agency": (True, True), "app": (True, False), "person": (False, True)}[who]
    assert waiting == [True, True]
    assert tuple("access_token" not in one for one in given) == out
    for one in given:
        assert "access_token" not in one or await reads(headers_of(one)) in (200, 403)


async def test_a_suspension_comes_after_the_token_that_is_being_given(database, slug, partner, change, superuser):
    """Whoever saw the agency active dates its token before the agency is out."""
    agency = agency_id_of(slug)
    async with database.transaction(Principal.system("gateway", agency_id=agency)) as tx:
        await admit(tx)
        suspending = asyncio.ensure_future(change("suspension"))
        await over_the_second()
        issued_at = await issue_second(tx, agency)
        assert not suspending.done()
    await suspending
    since = await superuser.fetchval("SELECT since FROM signed_out WHERE agency_id = $1 AND subject = $1", agency)
    assert since.timestamp() >= issued_at


async def test_a_suspended_agency_is_out_at_once_and_comes_in_anew(http, therapist, partner, reads, change, superuser):
    given, (_, ask_token) = await therapist.tokens(), partner
    person, app = headers_of(given), headers_of((await ask_token()).json())
    code = (await therapist.sign_in())["code"]
    assert [await reads(one) for one in (person, app)] == [200, 200]
    assert (await change("suspension"))["is_active"] is False
    for headers in (person, app):
        await until(lambda headers=headers: reads(headers), 401)
    assert (await therapist.refresh(given["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await therapist.redeem(code)).json()["error"] == "invalid_grant"
    assert (await ask_token()).json()["error"] == "invalid_client"
    assert (await therapist.load(f"/oauth/authorize?{urlencode(therapist.asked())}")).status_code == 400
    sandbox = {"agency": therapist.slug, "username": "admin-01"}
    assert (await http.post("/v1/sandbox/tokens", json=sandbox)).status_code == 404
    await change("suspension", 409)
    assert (await change("resumption"))["is_active"] is True
    await change("resumption", 409)
    assert await reads(person) == 401
    assert (await therapist.refresh(given["refresh_token"])).status_code == 400
    assert await reads(headers_of(await therapist.tokens())) == 200
    assert await reads(headers_of((await ask_token()).json())) == 200
    told = await superuser.fetch(
        "SELECT type, data FROM outbox WHERE agency_id = $1 AND type LIKE 'agency.%' ORDER BY id",
        agency_id_of(therapist.slug),
    )
    assert [row["type"] for row in told] == [
        "agency.changed.v1",
        "agency.changed.v1",
        "agency.suspended.v1",
        "agency.changed.v1",
    ]


async def test_another_agency_goes_on(http, operator, reads, change, verified):
    made = f"o{uuid7().hex[-20:]}"
    body = {"name": "Other", "slug": made, "timezone": "America/Denver", "administrator": "admin-01"}
    assert (await http.post("/v1/admin/agencies", json=body, headers=operator)).status_code == 201
    answer = await http.post("/v1/sandbox/tokens", json={"agency": made, "username": "admin-01"})
    await change("suspension")
    assert await reads(headers_of(answer.json())) == 200


@pytest.mark.parametrize("what", ["suspension", "resumption"])
async def test_no_role_of_an_agency_suspends_one(http, administrator, slug, what):
    answer = await http.post(f"/v1/admin/agencies/{agency_id_of(slug)}/{what}", headers=administrator)
    assert answer.status_code == 403 and answer.json()["scope"] == "agencies:write"


async def test_a_session_that_was_ended_takes_its_access_tokens_along(http, therapist, reads):
    one, two = await therapist.tokens(), await therapist.tokens()
    assert [await reads(headers_of(given)) for given in (one, two)] == [200, 200]
    items = (await http.get("/v1/me/sessions", headers=headers_of(one))).json()["items"]
    mine = jwt.get_unverified_claims(two["access_token"])["sid"]
    assert mine in [item["id"] for item in items]
    path = f"/v1/me/sessions/{mine}"
    assert (await http.delete(path, headers=headers_of(one) | {"If-Match": "*"})).status_code == 204
    await until(lambda: reads(headers_of(two)), 401)
    assert await reads(headers_of(one)) == 200


async def test_a_new_password_ends_the_tokens_of_before_and_not_the_next(http, therapist, reads):
    old = await therapist.tokens()
    body = {"current": "seven green bicycles", "new": "eight blue tandems"}
    assert (await http.post("/v1/me/password", json=body, headers=headers_of(old))).status_code == 204
    new = await therapist.tokens(password="eight blue tandems")
    await until(lambda: reads(headers_of(old)), 401)
    assert await reads(headers_of(new)) == 200


async def test_a_refresh_token_is_revoked_by_its_program_alone(therapist, reads):
    given = await therapist.tokens()
    form = {"token": given["refresh_token"], "client_id": f"client-portal:{therapist.slug}"}
    assert (await therapist.browser.post("/oauth/revoke", data=form)).status_code == 200
    assert await reads(headers_of(given)) == 200
    form["client_id"] = f"staff-console:{therapist.slug}"
    assert (await therapist.browser.post("/oauth/revoke", data=form)).status_code == 200
    await until(lambda: reads(headers_of(given)), 401)
    assert (await therapist.refresh(given["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await therapist.browser.post("/oauth/revoke", data=form)).status_code == 200


async def test_a_deactivated_user_comes_back_with_new_tokens_only(http, administrator, therapist, reads):
    given, path = await therapist.tokens(), f"/v1/admin/users/{therapist.id}"
    assert (await http.post(f"{path}/reactivation", headers=administrator)).status_code == 409
    assert (await http.post(f"{path}/deactivation", headers=administrator)).status_code == 200
    await until(lambda: reads(headers_of(given)), 401)
    assert (await http.post(f"{path}/reactivation", headers=administrator)).json()["is_active"] is True
    assert await reads(headers_of(given)) == 401
    assert await reads(headers_of(await therapist.tokens())) == 200


async def test_a_suspended_app_is_out_until_it_is_resumed(http, administrator, partner, reads):
    app, ask_token = partner
    path, old = f"/v1/admin/partner-apps/{app['id']}", headers_of((await ask_token()).json())
    assert await reads(old) == 200
    assert (await http.post(f"{path}/resumption", headers=administrator)).status_code == 409
    assert (await http.post(f"{path}/suspension", headers=administrator)).json()["suspended_at"]
    await until(lambda: reads(old), 401)
    assert (await ask_token()).json()["error"] == "invalid_client"
    assert (await http.post(f"{path}/suspension", headers=administrator)).status_code == 409
    assert (await http.post(f"{path}/resumption", headers=administrator)).json()["suspended_at"] is None
    assert await reads(headers_of((await ask_token()).json())) == 200


async def test_an_apps_other_rights_count_at_once(http, administrator, partner, reads):
    app, ask_token = partner
    path, old = f"/v1/admin/partner-apps/{app['id']}", headers_of((await ask_token()).json())
    organization = str(uuid7())
    body = {"scopes": ["directory:read"], "recipient": "treating_provider", "organization_id": organization}
    assert (await http.patch(path, json=body, headers=administrator)).status_code == 428
    stale = await http.patch(path, json=body, headers=administrator | {"If-Match": '"9"'})
    assert stale.status_code == 412
    changed = await http.patch(path, json=body, headers=administrator | {"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["scopes"], changed.headers["etag"]) == (["directory:read"], '"2"')
    await until(lambda: reads(old), 401)
    said = jwt.get_unverified_claims((await ask_token()).json()["access_token"])
    assert (said["recipient"], said["organization"], said["scope"]) == (
        "treating_provider",
        organization,
        "directory:read",
    )
    wrong = {"recipient": "care_team"}
    refused = await http.patch(path, json=wrong, headers=administrator | {"If-Match": "*"})
    assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == "/recipient"


async def test_an_app_without_an_organization_is_told_as_itself(partner):
    said = jwt.get_unverified_claims((await partner[1]()).json()["access_token"])
    assert said["recipient"] == "community_organisation" and "organization" not in said


async def test_an_agency_opens_with_its_numbers_and_its_console(http, operator, person_of, verified):
    slug = f"n{uuid7().hex[-20:]}"
    body = {
        "name": "Sample Agency",
        "slug": slug,
        "timezone": "America/Chicago",
        "state": "IL",
        "npi": "1234567893",
        "ein": "00-0000000",
        "administrator": "admin-01",
        "administrator_email": "first@agency.example",
        "console_redirect_uris": ["https://console.test/signed-in"],
    }
    agency = (await http.post("/v1/admin/agencies", json=body, headers=operator)).json()
    assert (agency["state"], agency["npi"], agency["ein"]) == ("IL", "1234567893", "00-0000000")
    assert "first@agency.example" not in str(agency)
    path = f"/v1/admin/agencies/{agency['id']}"
    link = (await http.post(f"{path}/administrator-invitation", headers=operator)).json()["link"]
    first = person_of("admin-01")
    first.slug = slug
    await first.accept(link)
    headers = headers_of(await first.tokens())
    seen = (await http.get(f"/v1/admin/users/{agency['administrator_id']}", headers=headers)).json()
    assert seen["email"] == "first@agency.example"
    assert (await http.post(f"{path}/administrator-invitation", headers=operator)).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"npi": "1234567890"},
        {"ein": "123456789"},
        {"state": "Illinois"},
        {"administrator_email": "nobody"},
        {"console_redirect_uris": ["http://elsewhere.example/"]},
    ],
)
async def test_what_an_agency_cannot_be_is_said_at_its_field(http, operator, wrong):
    body = {"name": "A", "slug": f"w{uuid7().hex[-20:]}", "timezone": "America/Chicago", "administrator": "admin-01"}
    answer = await http.post("/v1/admin/agencies", json=body | wrong, headers=operator)
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"]
