from uuid import UUID

import pytest
from aiohttp import web
from gateway.errors import ServiceAway
from gateway.integrations import Forwarder
from gateway.neighbours import Services


@pytest.fixture
async def seen():
    return []


@pytest.fixture
async def services(seen):
    async def answer(request):
        seen.append((request.method, request.path_qs, dict(request.headers), await request.text()))
        return web.json_response({"path": request.path}, status=200 if request.path != "/internal/progress" else 500)

    server = web.Application()
    server.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    forwarder = Forwarder()
    await forwarder.open({}, None)
    issued = []

    def issue(agency):
        issued.append(agency)
        return f"token-{len(issued)}"

    yield Services({"intake": f"http://127.0.0.1:{runner.addresses[0][1]}"}, forwarder.session, issue)
    await forwarder.close()
    await runner.cleanup()


async def test_the_clock_is_set_with_a_json_body_that_says_so(services, seen):
    await services.move_clock("intake", "2026-11-23T09:00:00+00:00")
    method, path, headers, body = seen[0]
    assert (method, path, body) == ("POST", "/internal/clock", '{"now": "2026-11-23T09:00:00+00:00"}')
    assert headers["Content-Type"] == "application/json" and headers["Authorization"] == "Bearer token-1"


async def test_a_token_is_issued_once_per_agency(services, seen):
    for _ in "ab":
        await services.clock("intake")
        await services.trail("intake", UUID(int=1), UUID(int=2))
    assert [headers["Authorization"] for _, _, headers, _ in seen] == ["Bearer token-1", "Bearer token-2"] * 2
    assert seen[1][1] == f"/internal/trail?client_id={UUID(int=2)}"


async def test_a_service_that_fails_is_away(services):
    with pytest.raises(ServiceAway):
        await services.progress("intake")
