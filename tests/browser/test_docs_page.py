"""/docs as a person uses it, with no network but this machine: read, authorize, try.

Every request that the page makes is written down; one that is not for 127.0.0.1 fails the run, and its name resolves to nothing.
"""

import json

import httpx
import pytest

pytestmark = pytest.mark.browser

AGENCY = "alder"
SCOPES = ["clinics:read", "directory:read", "measures:read", "programs:read", "risk:read", "service-codes:read"]
PHQ_9 = {"items": [0, 0, 1, 1, 0, 0, 0, 0, 1]}
CODE = {"service_kind": "individual", "minutes": 52, "service_date": "2026-11-23"}
TRIED = [
    ("clinics", "list_clinics", None, '"items"'),
    ("measures", "list_measures", None, "phq-9"),
    ("measures", "post_score", PHQ_9, '"item_alert": true'),
    ("directory", "list_services", None, '"items"'),
    ("service_codes", "post_service_code_suggestion", CODE, "90834"),
]
"""Tag, operation, what is sent, what the answer shows: five requests of a partner app, to four services."""


def sandbox_token(url, username):
    answer = httpx.post(f"{url}/v1/sandbox/tokens", json={"agency": AGENCY, "username": username}, timeout=30)
    return answer.raise_for_status().json()["access_token"]


@pytest.fixture(scope="module")
def partner_app(url):
    """A partner app of the sandbox, registered by its administrator and revoked afterwards."""
    asked = {"name": "Docs page", "scopes": SCOPES}
    bearer = {"Authorization": f"Bearer {sandbox_token(url, 'administrator')}"}
    with httpx.Client(base_url=url, headers=bearer, timeout=30) as http:
        app = http.post("/v1/admin/partner-apps", json=asked).raise_for_status().json()
        yield app
        http.post(f"/v1/admin/partner-apps/{app['id']}/revocation").raise_for_status()


async def unfold(page, tag, operation):
    """Open the tag and the operation; returns the selector of the operation."""
    block = f"#operations-{tag}-{operation}"
    if not await page.js(f"document.querySelector('{block}') !== null"):
        await page.click(f"#operations-tag-{tag}")
        await page.see(block)
    if not await page.js(f"document.querySelector('{block}').classList.contains('is-open')"):
        await page.click(f"{block} .opblock-summary-path")
    await page.see(f"{block} .opblock-body")
    return block


async def try_it(page, tag, operation, body=None):
    """Execute an operation as the page offers it. Returns the status and the text of the answer."""
    block = await unfold(page, tag, operation)
    if not await page.js(f"document.querySelector('{block} .execute') !== null"):
        await page.click(f"{block} .try-out__btn")
    if body is not None:
        await page.type(f"{block} .body-param__text", json.dumps(body))
    if await page.js(f"document.querySelector('{block} .btn-clear') !== null"):
        await page.click(f"{block} .btn-clear")
        await page.until(f"document.querySelector('{block} .live-responses-table') === null")
    await page.click(f"{block} .execute")
    status = await page.text(f"{block} .live-responses-table tbody .response-col_status")
    shown = await page.text(f"{block} .live-responses-table tbody .highlight-code")
    return int(status.split()[0]), shown


async def authorize(page, fill):
    """Open the dialog, fill it in, press Authorize of that scheme, close it."""
    await page.click(".auth-wrapper > .authorize")
    await page.see(".modal-ux")
    await fill()
    await page.click(".modal-ux .close-modal")
    await page.until("document.querySelector('.modal-ux') === null")


def of_scheme(field):
    """The form around a field, as the page numbers the schemes."""
    return f".auth-container:has({field})"


async def test_the_page_stands_with_our_own_assets(page, url, pictures):
    await page.see(".opblock-tag")
    await page.see(".auth-wrapper > .authorize")
    await page.picture(pictures / "docs.png")
    assert await page.text(".info .title") is not None
    for part in ("swagger-ui.css", "swagger-ui-bundle.js", "favicon.png"):
        assert page.answers[f"{url}/docs/assets/{part}"] == 200
    assert page.answers[f"{url}/docs/start.js"] == page.answers[f"{url}/docs/style.css"] == 200
    assert page.answers[f"{url}/openapi.json"] == 200


async def test_a_partner_app_is_authorized(page, partner_app, pictures):
    """Client credentials flow, nothing ticked: what the app was given. The button is in sight in spite of all scopes."""

    async def fill():
        await page.type("#client_id_clientCredentials", partner_app["client_id"])
        await page.type("#client_secret_clientCredentials", partner_app["client_secret"])
        await page.picture(pictures / "authorize.png")
        scopes = "document.querySelector('.modal-ux .scopes')"
        assert await page.js(f"{scopes}.scrollWidth <= {scopes}.clientWidth && {scopes}.clientHeight < 300")
        form = of_scheme("#client_id_clientCredentials")
        await page.click(f"{form} .auth-btn-wrapper .authorize")
        await page.until("document.querySelector('.modal-ux').innerText.includes('Logout')")
        await page.picture(pictures / "authorized.png")
        assert await page.js("document.querySelector('.modal-ux .errors') === null")

    await authorize(page, fill)
    await page.see(".auth-wrapper > .authorize.locked")


@pytest.mark.parametrize(("tag", "operation", "body", "expected"), TRIED, ids=[tried[1] for tried in TRIED])
async def test_a_request_is_made_from_the_page(page, pictures, tag, operation, body, expected):
    status, shown = await try_it(page, tag, operation, body)
    await page.picture(pictures / f"{operation}.png")
    assert status == 200, shown
    assert expected in shown


async def test_what_the_app_was_not_given_is_refused(page):
    status, shown = await try_it(page, "inquiries", "list_inquiries")
    assert status == 403, shown


async def test_a_persons_token_works_too(page, url, pictures):
    """The app signs out; a person's sandbox token takes its place."""
    token = sandbox_token(url, "intake-coordinator")

    async def paste():
        await page.click(".modal-ux [aria-label='Remove authorization']")
        await page.see("#client_id_clientCredentials")
        await page.type("#auth-bearer-value", token)
        await page.click(f"{of_scheme('#auth-bearer-value')} .auth-btn-wrapper .authorize")
        await page.until("document.querySelector('.modal-ux').innerText.includes('Logout')")

    await authorize(page, paste)
    status, shown = await try_it(page, "inquiries", "list_inquiries")
    await page.picture(pictures / "list_inquiries.png")
    assert status == 200, shown


async def test_nothing_was_asked_of_anybody_else(page):
    """Last: over all that was done above."""
    assert len(page.requests) > 10
    assert page.strangers() == []
    assert [trouble for trouble in page.troubles if "status of 403" not in str(trouble)] == []


async def test_a_stranger_would_be_noticed(page):
    """The check itself can fail: the page is told to ask somebody else, and neither reaches them nor hides it."""
    reached = await page.js("fetch('http://trellis.example/').then(() => true, () => false)")
    assert reached is False
    await page.js("new Image().src = 'http://192.0.2.1/x.png'; 1")
    assert page.troubles
    assert page.strangers() or any("Content Security Policy" in str(trouble) for trouble in page.troubles)
