import base64
import hashlib
import re
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp
import pytest
from shared.auth import Verifier
from shared.db import uuid7
from shared.testing import *  # noqa: F403

SERVICE = "gateway"
BACK = "https://console.test/signed-in"
PASSWORD = "seven green bicycles"


@pytest.fixture
def operator(token):
    """The headers of whoever runs the installation: of no agency."""
    made = token("agencies:read", "agencies:write", roles=("operator",), reach="none", agency_id=None)
    return {"Authorization": f"Bearer {made}"}


class Person:
    """Somebody with a browser of their own and, perhaps, an authenticator."""

    def __init__(self, app, slug, username="", address="192.0.2.10"):
        self.slug, self.username = slug, username
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 1))
        self.browser = httpx.AsyncClient(transport=transport, base_url="http://service.test")
        self.verifier = secrets.token_urlsafe(48)
        self.totp, self.recovery, self.page = None, [], None

    @property
    def challenge(self):
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def asked(self, **more):
        asked = {
            "response_type": "code",
            "client_id": f"staff-console:{self.slug}",
            "redirect_uri": BACK,
            "state": "s 1",
        }
        asked |= {"code_challenge": self.challenge, "code_challenge_method": "S256"}
        return {name: value for name, value in (asked | more).items() if value is not None}

    async def load(self, path):
        self.page = await self.browser.get(path)
        return self.page

    async def submit(self, path, **fields):
        """Send the form of the page that was loaded last."""
        form = re.search(r'name="form" value="([0-9a-f]+)"', self.page.text)
        self.page = await self.browser.post(path, data={"form": form[1] if form else "", **fields})
        if self.page.headers.get("location", "").startswith("/"):
            await self.load(self.page.headers["location"])
        return self.page

    async def accept(self, link, password=PASSWORD, *, with_totp=True):
        path = urlsplit(link).path
        await self.load(path)
        await self.submit(path, password=password, again=password)
        if "authenticator" not in self.page.text:
            return self.page
        if not with_totp:
            return await self.submit("/oauth/sign-in", choice="skip")
        key = re.search(r"Key: <code>([A-Z2-7 ]+)</code>", self.page.text)[1].replace(" ", "")
        self.totp = pyotp.TOTP(key)
        await self.submit("/oauth/sign-in", code=self.totp.now(), choice="enrol")
        self.recovery = re.findall(r"<code>([A-Z2-9-]{19})</code>", self.page.text)
        return await self.submit("/oauth/sign-in")

    async def give_password(self, password=PASSWORD, **more):
        path = f"/oauth/authorize?{urlencode(self.asked(**more))}"
        await self.load(path)
        return await self.submit(path, username=self.username, password=password)

    async def sign_in(self, password=PASSWORD, **more):
        """Through every page, with a recovery code: the codes of the authenticator count once per half a minute."""
        await self.give_password(password, **more)
        if "Enter your code" in self.page.text:
            await self.submit("/oauth/sign-in", code=self.recovery.pop())
        return self.answer()

    def answer(self):
        """What the program is told at its address."""
        assert self.page.status_code == 303, self.page.text
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.headers["location"]).query).items()}

    async def redeem(self, code, **more):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": self.verifier}
        form |= {"client_id": f"staff-console:{self.slug}"} | more
        return await self.browser.post("/oauth/token", data=form)

    async def refresh(self, token, **more):
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": f"staff-console:{self.slug}"}
        return await self.browser.post("/oauth/token", data=form | more)

    async def tokens(self, **more):
        return (await self.redeem((await self.sign_in(**more))["code"])).json()


@pytest.fixture
def person_of(app, slug):
    """person_of("client-01") → somebody with a browser of their own."""
    return lambda username, **more: Person(app, slug, username, **more)


@pytest.fixture
async def verified(app, http):
    """The application verifies by its own keys, as it does when it runs."""
    found = Verifier("http://gateway.test", "unused")
    found.load((await http.get("/.well-known/jwks.json")).json())
    app.state.verifier.keys |= found.keys
    return found


@pytest.fixture
async def slug(http, operator):
    name = f"t{uuid7().hex[-20:]}"
    body = {"name": "Sample Agency", "slug": name, "timezone": "America/Chicago", "administrator": "admin-01"}
    answer = await http.post("/v1/admin/agencies", json=body, headers=operator)
    assert answer.status_code == 201, answer.text
    return name


@pytest.fixture
async def administrator(http, slug, verified):
    """The headers of the agency's administrator."""
    answer = await http.post("/v1/sandbox/tokens", json={"agency": slug, "username": "admin-01"})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
async def console(http, administrator):
    """The staff console, registered with its address."""
    body = {"kind": "staff-console", "redirect_uris": [BACK]}
    answer = await http.post("/v1/admin/sign-in-clients", json=body, headers=administrator)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def invited(http, administrator, person_of, console):
    """await invited("therapist-01", "therapist") → a person of the agency, and the link that they were sent."""

    async def invite(username, role="therapist", **more):
        body = {"username": username, "roles": [role], **more}
        user = (await http.post("/v1/admin/users", json=body, headers=administrator)).json()
        answer = await http.post(f"/v1/admin/users/{user['id']}/invitation", headers=administrator)
        assert answer.status_code == 201, answer.text
        person = person_of(username)
        person.id = user["id"]
        return person, answer.json()["link"]

    return invite


@pytest.fixture
async def therapist(invited):
    """A therapist with a password, an authenticator and recovery codes."""
    person, link = await invited("therapist-01")
    await person.accept(link)
    assert "You are ready" in person.page.text, person.page.text
    return person
