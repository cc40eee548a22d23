"""A person signs in: pages, authorization code, proof key, tokens (RFC 6749, 7636, 9207, 9700)."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

BACK = "https://console.test/signed-in"


async def test_a_therapist_signs_in_and_gets_tokens(therapist, verified):
    answer = await therapist.sign_in()
    assert answer["state"] == "s 1" and answer["iss"] == "http://gateway.test"
    assert therapist.page.headers["location"].startswith(f"{BACK}?")
    given = await therapist.redeem(answer["code"])
    assert given.status_code == 200 and given.headers["cache-control"] == "no-store", given.text
    by = await verified.verify(given.json()["access_token"])
    assert (
        str(by.id) == therapist.id and by.roles == {"therapist"} and by.client_id == f"staff-console:{therapist.slug}"
    )
    assert len(given.json()["refresh_token"]) == 43


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "notes:read everything:read"}, "invalid_scope"),
        ({"state": "x" * 1025}, "invalid_request"),
    ],
)
async def test_faults_of_a_known_client_are_told_to_it(therapist, change, error):
    page = await therapist.load(f"/oauth/authorize?{urlencode(therapist.asked(**change))}")
    location = urlsplit(page.headers["location"])
    told = {name: values[0] for name, values in parse_qs(location.query).items()}
    assert page.status_code == 303 and page.headers["location"].startswith(f"{BACK}?")
    assert told["error"] == error and told["iss"] == "http://gateway.test" and "code" not in told
    assert told["state"] == change.get("state", "s 1")


@pytest.mark.parametrize(
    "redirect_uri",
    [
        None,
        "https://evil.test/",
        f"{BACK}/",
        f"{BACK}?next=1",
        f"{BACK}#x",
        BACK.upper(),
        BACK.replace("https", "http"),
        f"{BACK}/../signed-in",
        "https://console.test:443/signed-in",
        "https://console.test@evil.test/signed-in",
        "https://console.test/signed%2Din",
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(therapist, redirect_uri):
    page = await therapist.load(f"/oauth/authorize?{urlencode(therapist.asked(redirect_uri=redirect_uri))}")
    assert page.status_code == 400 and "location" not in page.headers and "evil" not in page.text


@pytest.mark.parametrize("client_id", [None, "nobody", "staff-console:nowhere", "client-portal:{slug}", "operator"])
async def test_an_unknown_client_leads_nowhere(therapist, client_id):
    asked = therapist.asked(client_id=client_id and client_id.format(slug=therapist.slug))
    page = await therapist.load(f"/oauth/authorize?{urlencode(asked)}")
    assert page.status_code == 400 and "location" not in page.headers


async def test_a_parameter_that_stands_twice_is_refused(therapist):
    query = urlencode(therapist.asked())
    told = await therapist.load(f"/oauth/authorize?{query}&state=other")
    assert "error=invalid_request" in told.headers["location"]
    page = await therapist.load(f"/oauth/authorize?{query}&redirect_uri=https://evil.test/")
    assert page.status_code == 400 and "location" not in page.headers


async def test_a_code_is_good_for_its_verifier_address_and_client_only(therapist):
    code = (await therapist.sign_in())["code"]
    wrong = [
        {"code_verifier": "x" * 43},
        {"code_verifier": therapist.challenge},
        {"code_verifier": ""},
        {"redirect_uri": f"{BACK}/"},
        {"redirect_uri": ""},
        {"code": "x" * 43},
        {"client_id": f"client-portal:{therapist.slug}"},
    ]
    answers = [await therapist.redeem(**({"code": code} | change)) for change in wrong]
    assert [(a.status_code, a.json()["error"]) for a in answers] == [(400, "invalid_grant")] * len(wrong)
    assert (await therapist.redeem(code)).status_code == 200


async def test_a_second_use_of_a_code_ends_what_the_first_one_gave(therapist):
    code = (await therapist.sign_in())["code"]
    given = (await therapist.redeem(code)).json()
    again = await therapist.redeem(code)
    assert again.json()["error"] == "invalid_grant"
    assert (await therapist.refresh(given["refresh_token"])).json()["error"] == "invalid_grant"


async def test_fifty_at_once_redeem_a_code_once(therapist):
    import asyncio

    code = (await therapist.sign_in())["code"]
    answers = await asyncio.gather(*(therapist.redeem(code) for _ in range(50)))
    assert [a.status_code for a in answers].count(200) == 1


async def test_a_code_is_good_for_a_minute(therapist, superuser):
    code = (await therapist.sign_in())["code"]
    later = "issued_at - interval '61 s', expires_at - interval '61 s'"
    await superuser.execute(f"UPDATE authorization_code SET (issued_at, expires_at) = ({later})")
    assert (await therapist.redeem(code)).json()["error"] == "invalid_grant"


async def test_a_confidential_way_in_is_not_for_public_clients(therapist):
    code = (await therapist.sign_in())["code"]
    answer = await therapist.redeem(code, client_secret="guess")
    assert answer.status_code == 401 and answer.json()["error"] == "invalid_client"


async def test_the_password_alone_gives_no_code(therapist):
    page = await therapist.give_password()
    assert page.status_code == 200 and "Enter your code" in page.text
    assert (await therapist.load("/oauth/sign-in")).status_code == 200
    assert "code=" not in page.headers.get("location", "")


async def test_a_wrong_password_says_no_more_than_an_unknown_name(therapist):
    known = await therapist.give_password("not the password")
    therapist.username = "nobody-of-this-name"
    unknown = await therapist.give_password("not the password")

    def plain(page):
        return page.text.split('name="form"')[0] + page.text.split('name="form"')[1][80:]

    assert known.status_code == unknown.status_code == 422
    assert plain(known) == plain(unknown) and "is not right" in known.text


async def test_a_form_of_another_site_is_refused(therapist):
    path = f"/oauth/authorize?{urlencode(therapist.asked())}"
    await therapist.load(path)
    fields = {"username": therapist.username, "password": "seven green bicycles"}
    for form in ("", "0" * 64, "é"):
        page = await therapist.browser.post(path, data={**fields, "form": form})
        assert page.status_code == 403
    own = therapist.page.text.split('name="form" value="')[1][:64]
    therapist.browser.cookies.clear()
    assert (await therapist.browser.post(path, data={**fields, "form": own})).status_code == 403


async def test_pages_defend_themselves(therapist):
    page = await therapist.load(f"/oauth/authorize?{urlencode(therapist.asked())}")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://console.test" in policy and "script" not in policy
    assert page.headers["cache-control"] == "no-store" and page.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in page.text and "http" not in page.text.replace("http-equiv", "")
    for cookie in page.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie


async def test_outside_a_sandbox_cookies_are_secure_and_bound_to_the_host(app, therapist):
    office = app.state.office
    office.settings = office.settings.model_copy(update={"sandbox": False})
    page = await therapist.load(f"/oauth/authorize?{urlencode(therapist.asked())}")
    (cookie,) = page.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-trellis-form=") and "Secure" in cookie and "Path=/" in cookie


async def test_the_browser_gets_another_secret_at_each_sign_in(therapist):
    await therapist.load(f"/oauth/authorize?{urlencode(therapist.asked())}")
    before = therapist.browser.cookies["trellis-form"]
    await therapist.give_password()
    first = therapist.browser.cookies["trellis-visit"]
    assert therapist.browser.cookies["trellis-form"] != before
    await therapist.give_password()
    assert therapist.browser.cookies["trellis-visit"] != first


async def test_staff_do_not_sign_in_at_the_portal(http, administrator, therapist):
    body = {"kind": "client-portal", "redirect_uris": [BACK]}
    assert (await http.post("/v1/admin/sign-in-clients", json=body, headers=administrator)).status_code == 201
    page = await therapist.give_password(client_id=f"client-portal:{therapist.slug}")
    assert page.status_code == 422 and "signs in elsewhere" in page.text


async def test_what_is_asked_is_all_that_is_given(therapist, verified):
    given = await therapist.tokens(scope="notes:read clients:read users:write")
    assert given["scope"] == "clients:read notes:read"
    wider = await therapist.refresh(given["refresh_token"], scope="notes:write")
    assert wider.json()["error"] == "invalid_scope"
    same = (await therapist.refresh(given["refresh_token"])).json()
    assert same["scope"] == "clients:read notes:read"
    by = await verified.verify(same["access_token"])
    assert by.scopes == {"clients:read", "notes:read"}


@pytest.mark.parametrize(
    "uri",
    [
        "http://console.test/",
        "https://console.test/#x",
        "https://*.test/",
        "https://a@b.test/",
        "javascript:alert(1)",
        "data:text/html,x",
        "console:/back",
        "/back",
        "https:///x",
        "https://a b.test/",
    ],
)
async def test_an_address_that_cannot_be_trusted_is_not_registered(http, administrator, uri):
    body = {"kind": "client-portal", "redirect_uris": [uri]}
    answer = await http.post("/v1/admin/sign-in-clients", json=body, headers=administrator)
    assert answer.status_code == 422 and answer.json()["type"].endswith("redirect-uri-refused"), answer.text


async def test_implicit_and_password_grants_do_not_exist(therapist):
    form = {"grant_type": "password", "username": therapist.username, "password": "seven green bicycles"}
    answer = await therapist.browser.post("/oauth/token", data=form)
    assert answer.json()["error"] == "unsupported_grant_type"
    metadata = (await therapist.browser.get("/.well-known/oauth-authorization-server")).json()
    assert metadata["response_types_supported"] == ["code"] and metadata["code_challenge_methods_supported"] == ["S256"]
    assert "password" not in metadata["grant_types_supported"]


async def test_signing_in_leaves_its_trace_and_no_secret(therapist, superuser, capsys):
    await therapist.give_password("not the password")
    await therapist.tokens()
    rows = await superuser.fetch("SELECT action, outcome FROM audit WHERE resource_id = $1::uuid", therapist.id)
    seen = {(row["action"], row["outcome"]) for row in rows}
    assert {("sign_in.password", "refused"), ("sign_in.password", "success"), ("sign_in", "success")} <= seen
    assert {("invitation.accept", "success"), ("sign_in.enrol", "success"), ("token.issue", "success")} <= seen
    logged = capsys.readouterr().out
    assert "sign_in.refused" in logged and therapist.username not in logged and "192.0.2.10" not in logged
