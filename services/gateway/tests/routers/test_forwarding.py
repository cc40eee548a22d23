import asyncio

import pytest
from aiohttp import web


@pytest.fixture
async def upstream(app):
    """A service of our own that tells what it was sent."""
    seen = []

    async def echo(request):
        seen.append(request)
        body = await request.read()
        if request.path.endswith("/permitted"):
            await asyncio.sleep(0.2)
            within = request.query.get("within", "")
            return web.Response(text="something of a client", headers={"Disclosure-Within": within})
        if request.path.endswith("/moved"):
            return web.Response(status=302, headers={"Location": "http://elsewhere.test/"})
        return web.json_response(
            {
                "path": request.raw_path,
                "method": request.method,
                "headers": {k.lower(): v for k, v in request.headers.items()},
                "size": len(body),
            },
            status=201 if request.method == "POST" else 200,
            headers={"ETag": '"7"', "Connection": "X-Hop", "X-Hop": "1"},
        )

    server = web.Application(client_max_size=0)
    server.router.add_route("*", "/{tail:.*}", echo)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    app.state.forwarder.urls = {
        "intake": f"http://127.0.0.1:{runner.addresses[0][1]}",
        "workforce": "http://127.0.0.1:9",
    }
    yield seen
    await runner.cleanup()


async def test_a_good_request_reaches_its_service_with_what_may_travel(http, upstream, bearer):
    headers = bearer("clients:read") | {
        "X-User": "root",
        "X-Agency": "other",
        "X-Forwarded-For": "1.2.3.4",
        "Cookie": "a=b",
        "If-Match": '"1"',
        "X-Request-Id": "abc-1",
        "Idempotency-Key": "k",
        "X-Purpose-Of-Use": "TREAT",
        "traceparent": "00-0-0-01",
        "Accept": "application/json",
    }
    answer = await http.post("/v1/inquiries/a%2Fb?x=1&y=%20z", json={"a": 1}, headers=headers)
    got = answer.json()
    assert answer.status_code == 201 and got["path"] == "/v1/inquiries/a%2Fb?x=1&y=%20z" and got["size"] == 7
    assert not {"x-user", "x-agency", "x-forwarded-for", "cookie", "user-agent"} & got["headers"].keys()
    assert (
        got["headers"]["x-request-id"] == "abc-1"
        and got["headers"]["idempotency-key"] == "k"
        and got["headers"]["if-match"] == '"1"'
    )
    assert (
        got["headers"]["authorization"] == headers["Authorization"]
        and got["headers"]["content-type"] == "application/json"
    )
    assert answer.headers["etag"] == '"7"' and "x-hop" not in answer.headers


async def test_a_redirect_of_a_service_is_not_followed(http, upstream, bearer):
    assert (await http.get("/v1/clients/moved", headers=bearer("x:read"))).status_code == 302


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}, {"X-User": "root"}]
)
async def test_nothing_is_forwarded_without_a_good_token(http, upstream, headers):
    answer = await http.get("/v1/clients", headers=headers)
    assert answer.status_code == 401 and "www-authenticate" in answer.headers and not upstream
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_services_own_token_is_refused_at_the_door(http, upstream, token):
    headers = {"Authorization": f"Bearer {token('internal', client_id='service:intake')}"}
    answer = await http.get("/v1/clients", headers=headers)
    assert answer.status_code == 403 and not upstream


@pytest.mark.parametrize(
    "path", ["/v1/unknown", "/internal/nothing", "/v1/clients/%2e%2e/%2e%2e/internal/clock", "/x", "/v1"]
)
async def test_unknown_addresses_are_404_problems(http, upstream, bearer, path):
    answer = await http.get(path, headers=bearer("clients:read"))
    assert answer.status_code == 404 and answer.headers["content-type"] == "application/problem+json" and not upstream


async def test_a_body_of_one_mebibyte_passes_and_one_byte_more_is_413(http, upstream, bearer):
    headers = bearer("x:write") | {"content-type": "application/json"}
    assert (await http.post("/v1/inquiries", content=b"x" * 1048576, headers=headers)).status_code == 201

    async def chunks():
        for _ in range(1025):
            yield b"x" * 1024

    for content in (b"x" * 1048577, chunks()):
        answer = await http.post("/v1/inquiries", content=content, headers=headers)
        assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/too-large"
    assert len(upstream) == 1


async def test_a_service_that_is_away_is_503_and_says_when_to_come_again(http, upstream, bearer):
    for path in ("/v1/tasks", "/v1/slots"):
        answer = await http.get(path, headers=bearer("tasks:read"))
        assert answer.status_code == 503 and answer.headers["retry-after"] == "1"


async def test_a_service_that_breaks_off_before_an_answer_is_503(http, app, bearer):
    async def hang_up(reader, writer):
        await reader.readline()
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    app.state.forwarder.urls = {"intake": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}
    answer = await http.post("/v1/inquiries", json={}, headers=bearer("inquiries:write"))
    server.close()
    assert answer.status_code == 503


async def test_unknown_methods_are_405(http, upstream, bearer):
    assert (await http.request("TRACE", "/v1/clients", headers=bearer("x:read"))).status_code == 405


@pytest.mark.parametrize(("within", "status"), [("5000", 200), ("100", 503), ("-1", 503), ("soon", 503)])
async def test_what_lapsed_on_its_way_is_not_handed_on(http, upstream, bearer, within, status):
    answer = await http.get(f"/v1/clients/permitted?within={within}", headers=bearer("clients:read"))
    assert answer.status_code == status
    assert ("something of a client" in answer.text) is (status == 200)
    assert "disclosure-within" not in answer.headers
