"""The head of a request is bounded while it comes, in bytes and in seconds."""

import asyncio
import json

import pytest
import uvicorn
from shared import sockets
from starlette.responses import PlainTextResponse


@pytest.fixture
async def port(monkeypatch):
    """A server of our own; a head may take half a second there, a body too."""
    monkeypatch.setattr(sockets, "HEAD_WITHIN", 0.5)
    monkeypatch.setattr(sockets, "BODY_WITHIN", 0.5)

    async def app(scope, receive, send):
        if scope["path"] == "/slow":
            await asyncio.sleep(1)
        while (await receive()).get("more_body"):
            pass
        await PlainTextResponse("well")(scope, receive, send)

    config = uvicorn.Config(app, port=0, http=sockets.BoundedProtocol, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


async def said(port, *pieces, pause=0.0):
    """The status of the answer, and its problem."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(pause)
    head, _, body = (await asyncio.wait_for(reader.read(65_536), 5)).partition(b"\r\n\r\n")
    writer.close()
    status = int(head.split()[1])
    if status >= 400:
        assert b"application/problem+json" in head and b"nosniff" in head and json.loads(body)["status"] == status
    return status


async def test_a_head_without_end_is_refused(port):
    assert await said(port, b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000) == 431
    assert await said(port, b"GET /" + b"y" * 70_000) == 431


async def test_a_head_or_a_body_that_dribbles_is_refused(port):
    assert await said(port) == 408
    assert await said(port, b"GET / HTTP/1.1\r\n", b"X: y\r\n", b"X: y\r\n", b"X: y\r\n", pause=0.2) == 408
    assert await said(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", b"{", pause=0.2) == 408


async def test_an_answer_that_takes_longer_than_the_head_may_is_awaited(port):
    assert await said(port, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n") == 200
    assert await said(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}") == 200


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 2\r\n\r\n{}",
        b"NONSENSE\r\n\r\n",
    ],
)
async def test_what_two_readers_could_read_in_two_ways_is_refused(port, head):
    assert await said(port, head) == 400
