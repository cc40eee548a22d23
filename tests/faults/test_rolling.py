"""T27, T28: a new version takes over under load; a connection idles until both ends would close it."""

import asyncio
import contextlib
import random
import signal
import time
from uuid import uuid4

import aiohttp
import pytest
import uvicorn
from gateway import integrations
from load import Load
from shared.auth import Verifier
from stack import free_port

ROLLS = 3


async def test_t27_a_rolling_restart_under_load_fails_no_request(stack, agency, seed):
    await stack.ensure("api")
    old_port = stack.ports["api"]
    async with Load(stack, agency, clients=8, pause=0.0, seed=seed) as load:
        for _ in range(ROLLS):
            old, port = stack.running["api"], free_port()
            await stack.run("api", port=port)
            await stack.is_up(port)
            stack.ports["api"] = port
            assert await old.stop() in (0, -signal.SIGTERM), "it did not end by itself"
            await load.until(len(load.acknowledged) + 20)
    assert not load.failures and len(load.acknowledged) >= 20 * ROLLS
    stack.ports["api"] = old_port
    await stack.running["api"].stop()


class Gateway(integrations.Forwarder):
    """The gateway's own forwarding; every path is the bakery's."""

    def base_of(self, scope):
        return self.urls["bakery"]


@contextlib.asynccontextmanager
async def gateway(stack):
    forwarder, port = Gateway(), free_port()

    async def app(scope, receive, send):
        if scope["type"] == "http":
            await forwarder(scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", log_config=None, access_log=False))
    server.install_signal_handlers = lambda: None
    await forwarder.open({"bakery": stack.url}, Verifier(stack.office.url, f"{stack.office.url}/jwks"))
    task = asyncio.create_task(server.serve())
    await stack.is_up(port)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task
    await forwarder.close()


@pytest.mark.long
async def test_t28_a_post_at_the_moment_when_an_idle_connection_ends_is_answered(stack, agency, seed):
    await stack.ensure("api")
    chance, token = random.Random(seed), stack.office.token("loaves:write", agency=agency)
    statuses = []

    async def caller(http, url):
        for _ in range(3):
            said = {"client_id": str(uuid4()), "also": "nothing"}
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
            async with http.post(f"{url}/v1/loaves/{uuid4()}/bites", json=said, headers=headers) as answer:
                statuses.append(answer.status)
            await asyncio.sleep(integrations.IDLE + chance.uniform(-0.1, 0.1))

    began = time.monotonic()
    async with gateway(stack) as url, aiohttp.ClientSession() as http:
        await asyncio.gather(*(caller(http, url) for _ in range(20)))
    assert statuses == [201] * 60 and time.monotonic() - began > integrations.IDLE
