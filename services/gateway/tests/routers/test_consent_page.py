"""A client lets a partner app in, knowing for what."""

import base64

import pytest
from shared.db import uuid7

PASSWORD = "seven green bicycles"
BACK = "https://app.test/back?from=trellis"


@pytest.fixture
async def partner(http, administrator):
    """A partner app with an address to come back to."""
    body = {"name": "Sleep <b>diary</b>", "scopes": ["measures:read", "referrals:read", "directory:read"]}
    app = (await http.post("/v1/admin/partner-apps", json=body, headers=administrator)).json()
    body = {"kind": "partner-app", "partner_app_id": app["id"], "redirect_uris": [BACK]}
    answer = await http.post("/v1/admin/sign-in-clients", json=body, headers=administrator)
    assert answer.status_code == 201, answer.text
    return app


@pytest.fixture
async def client(http, administrator, invited):
    """A person with an account in the portal."""
    person, link = await invited("client-01", "client_portal", client_ids=[str(uuid7())])
    await person.accept(link, with_totp=False)
    return person


def proof(partner):
    pair = base64.b64encode(f"{partner['client_id']}:{partner['client_secret']}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


async def redeem(person, partner, code, headers=None):
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": person.verifier}
    form |= {} if headers else {"client_id": partner["client_id"]}
    return await person.browser.post("/oauth/token", data=form, headers=headers)


async def test_the_client_says_yes_and_the_app_gets_no_more(client, partner, verified):
    page = await client.give_password(client_id=partner["client_id"], redirect_uri=BACK, scope="measures:read")
    assert page.status_code == 200 and "See your questionnaires and their results" in page.text
    assert "referred" not in page.text and "<b>" not in page.text and "Sleep &lt;b&gt;" in page.text
    await client.submit("/oauth/sign-in", choice="allow")
    assert client.page.headers["location"].startswith(f"{BACK}&code=")
    code = client.answer()["code"]
    assert (await redeem(client, partner, code)).json()["error"] == "invalid_client"
    given = await redeem(client, partner, code, proof(partner))
    assert given.status_code == 200, given.text
    by = await verified.verify(given.json()["access_token"])
    assert by.scopes == {"measures:read"} and str(by.id) == client.id and by.client_id == partner["client_id"]
    assert by.reach == "own"


async def test_the_client_says_no(client, partner):
    await client.give_password(client_id=partner["client_id"], redirect_uri=BACK)
    await client.submit("/oauth/sign-in", choice="deny")
    told = client.answer()
    assert told["error"] == "access_denied" and told["state"] == "s 1" and "code" not in told


async def test_staff_let_no_app_in(therapist, partner):
    page = await therapist.give_password(client_id=partner["client_id"], redirect_uri=BACK)
    assert page.status_code == 422 and "signs in elsewhere" in page.text


async def test_a_revoked_app_is_out(http, administrator, client, partner):
    await client.give_password(client_id=partner["client_id"], redirect_uri=BACK)
    await client.submit("/oauth/sign-in", choice="allow")
    given = (await redeem(client, partner, client.answer()["code"], proof(partner))).json()
    assert (
        await http.post(f"/v1/admin/partner-apps/{partner['id']}/revocation", headers=administrator)
    ).status_code == 200
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    answer = await client.browser.post("/oauth/token", data=form, headers=proof(partner))
    assert answer.status_code == 401
    asked = client.asked(client_id=partner["client_id"], redirect_uri=BACK)
    page = await client.browser.get("/oauth/authorize", params=asked)
    assert page.status_code == 400
