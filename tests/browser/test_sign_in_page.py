"""Signing in as a person does who has no mouse: by keyboard alone, on a narrow screen too, each page read by axe-core.

The pages hold no script, and every request is for this machine.
"""

import asyncio
import base64
import hashlib
import secrets
from contextlib import suppress
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp
import pytest

pytestmark = pytest.mark.browser

AGENCY = "alder"
PASSWORD = "seven green bicycles"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 320)


def register(http, back):
    """Let the staff console of the sandbox return to this address too."""
    known = http.get("/v1/admin/sign-in-clients").raise_for_status().json()["items"]
    console = next((client for client in known if client["kind"] == "staff-console"), None)
    body = {"redirect_uris": sorted({back, *(console["redirect_uris"] if console else ())})}
    if console is None:
        http.post("/v1/admin/sign-in-clients", json=body | {"kind": "staff-console"}).raise_for_status()
        return
    path = f"/v1/admin/sign-in-clients/{console['id']}"
    http.put(path, json=body, headers={"If-Match": f'"{console["version"]}"'}).raise_for_status()


@pytest.fixture(scope="module")
def invited(url):
    """A therapist who was sent a link, the staff console's address, and an API to ask."""
    with httpx.Client(base_url=url, timeout=30) as http:
        asked = {"agency": AGENCY, "username": "administrator"}
        token = http.post("/v1/sandbox/tokens", json=asked).raise_for_status().json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        back = f"{url}/health/live"
        register(http, back)
        name = f"keyboard-{secrets.token_hex(4)}"
        user = http.post("/v1/admin/users", json={"username": name, "roles": ["therapist"]}).raise_for_status().json()
        link = http.post(f"/v1/admin/users/{user['id']}/invitation").raise_for_status().json()["link"]
        yield {"http": http, "name": name, "link": f"{url}{urlsplit(link).path}", "back": back, "user": user["id"]}


async def shown(tab, title):
    """Wait for the page with this title; while it loads there is nothing to ask."""
    for _ in range(300):
        with suppress(AssertionError):
            if title in (await tab.js("document.readyState === 'complete' ? document.title : ''") or ""):
                return
        await asyncio.sleep(0.1)
    raise AssertionError(f"No page called {title}; it is {await tab.js('document.title + document.body.innerText')}")


async def inspect(tab, axe, pictures, name):
    """axe finds nothing, at both widths; nothing has to be scrolled sideways; no script stands in the page."""
    for width in WIDTHS:
        await tab.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        await tab.picture(pictures / f"{name}-{width}.png")
        assert await tab.js("document.documentElement.scrollWidth <= window.innerWidth"), (name, width)
        assert await tab.js("document.scripts.length") == 0
        await tab.js(f"{axe}; 1")
        run = f"axe.run({{runOnly: {RULES}}}).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
        assert await tab.js(run) == [], (name, width)


async def go(tab, *stops):
    """Press Tab from stop to stop; a text after the stop is typed there."""
    for stop, text in stops:
        await tab.press("Tab")
        assert await tab.focused() == stop
        assert await tab.js("getComputedStyle(document.activeElement).outlineStyle") == "solid", f"{stop}: unseen focus"
        if text:
            await tab.send("Input.insertText", text=text)


async def test_an_invited_person_sets_up_the_account_by_keyboard(tab, invited, axe, pictures):
    await tab.open(invited["link"])
    await shown(tab, "Choose a password")
    await inspect(tab, axe, pictures, "invitation")
    await go(tab, ("password", "short"), ("again", "short"), ("Continue", ""))
    await tab.press("Enter")
    await shown(tab, "Problem: Choose a password")
    await inspect(tab, axe, pictures, "invitation-problem")
    assert "There is a problem" in await tab.focused()
    await go(tab, ("Use 12 to 128 characters.", ""))
    await tab.press("Enter")
    assert await tab.focused() == "password"
    await tab.send("Input.insertText", text=PASSWORD)
    await go(tab, ("again", PASSWORD), ("Continue", ""))
    await tab.press("Enter")
    await shown(tab, "Set up your authenticator")
    await inspect(tab, axe, pictures, "enrol")
    invited["key"] = (await tab.text("code")).replace(" ", "")
    await go(tab, ("code", pyotp.TOTP(invited["key"]).now()))
    await tab.press("Enter")
    await shown(tab, "Keep your recovery codes")
    await inspect(tab, axe, pictures, "recovery-codes")
    invited["codes"] = (await tab.text("ul.codes")).split()
    assert len(invited["codes"]) == 10
    await go(tab, ("I have kept them", ""))
    await tab.press("Enter")
    await shown(tab, "You are ready")
    await inspect(tab, axe, pictures, "ready")


async def test_a_person_signs_in_by_keyboard(url, tab, invited, axe, pictures):
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    client_id = f"staff-console:{AGENCY}"
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": invited["back"], "state": "kept"}
    asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    await tab.open(f"{url}/oauth/authorize?{urlencode(asked)}")
    await shown(tab, "Sign in")
    await inspect(tab, axe, pictures, "sign-in")
    await go(tab, ("username", invited["name"]), ("password", "not the password"))
    await tab.press("Enter")
    await shown(tab, "Problem: Sign in")
    await inspect(tab, axe, pictures, "sign-in-problem")
    await go(tab, ("The user name or the password is not right.", ""))
    await tab.press("Enter")
    assert await tab.focused() == "username"
    await tab.send("Input.insertText", text=invited["name"])
    await go(tab, ("password", PASSWORD), ("Sign in", ""))
    await tab.press("Enter")
    await shown(tab, "Enter your code")
    await inspect(tab, axe, pictures, "second-factor")
    await go(tab, ("code", invited["codes"][0]), ("Continue", ""))
    await tab.press("Enter")
    for _ in range(100):
        with suppress(AssertionError):
            if (place := await tab.js("location.href")).startswith(invited["back"]):
                break
        await asyncio.sleep(0.1)
    told = {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
    assert told["state"] == "kept"
    form = {"grant_type": "authorization_code", "code": told["code"], "redirect_uri": invited["back"]}
    form |= {"client_id": client_id, "code_verifier": verifier}
    given = await asyncio.to_thread(invited["http"].post, "/oauth/token", data=form)
    assert given.status_code == 200, given.text
    headers = {"Authorization": f"Bearer {given.json()['access_token']}"}
    (session,) = invited["http"].get("/v1/me/sessions", headers=headers).json()["items"]
    assert session["client_id"] == client_id


async def test_a_wrong_way_in_is_a_page_too(tab, invited, axe, pictures):
    await tab.open(f"{invited['link']}x")
    await shown(tab, "This did not work")
    await inspect(tab, axe, pictures, "refused")


async def test_axe_would_notice(tab, axe):
    """The check itself can fail: a page with an input that has no name is told."""
    await tab.js("document.body.insertAdjacentHTML('beforeend', '<input style=\"color:#ddd\">'); 1")
    found = await tab.js(f"{axe}; axe.run().then(r => r.violations.map(v => v.id))")
    assert "label" in found


async def test_nothing_was_asked_of_anybody_else(tab):
    """Last: over all that was done above."""
    assert len(tab.requests) > 10
    assert tab.strangers() == []
