"""Bytes that no client library would send, at the gateway's socket: a bounded answer, and no memory kept."""

import asyncio
import contextlib
import json
import time

import psutil
import pytest

MEBIBYTE = 1024 * 1024
GROWTH = 30 * MEBIBYTE


@pytest.fixture
def gateway(world):
    """The gateway's process, and a token of somebody."""
    pid = json.loads((world.layout.state / "processes.json").read_text())["gateway"]
    caller = world.person("alder", "intake-coordinator")
    return psutil.Process(pid), caller.gateway.token(caller.holder, caller.fetch)


async def said(world, *pieces, pause=0.0, within=5.0):
    """What the gateway answers to these bytes, and after how many seconds. Read while we write: it answers and closes
    before it has taken all, and a later write to a closed connection would lose what came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.layout.port)
    started, answered = time.perf_counter(), asyncio.ensure_future(reader.read(4096))
    try:
        for piece in pieces:
            writer.write(piece)
            with contextlib.suppress(ConnectionError):
                await asyncio.wait_for(writer.drain(), 5)
            if pause:
                await asyncio.sleep(pause)
        head = await asyncio.wait_for(answered, within)
        return head, time.perf_counter() - started
    except (ConnectionError, TimeoutError):
        return b"", time.perf_counter() - started
    finally:
        writer.close()


def post(token, *headers):
    lines = [
        "POST /v1/inquiries HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
    ]
    return "\r\n".join([*lines, *headers, "", ""]).encode()


def status(head):
    return int(head.split()[1]) if head.startswith(b"HTTP/1.1 ") else 0


CASES = {
    "10 MiB announced": (lambda t: [post(t, f"Content-Length: {10 * MEBIBYTE}"), b"x" * MEBIBYTE], {413}),
    "chunked without end": (
        lambda t: [post(t, "Transfer-Encoding: chunked"), *[b"10000\r\n" + b"x" * 65536 + b"\r\n"] * 40], {413}),
    "negative length": (lambda t: [post(t, "Content-Length: -1")], {400}),
    "two lengths": (lambda t: [post(t, "Content-Length: 2", "Content-Length: 5"), b"{}{}{"], {400}),
    "length and chunks": (lambda t: [post(t, "Content-Length: 4", "Transfer-Encoding: chunked"), b"0\r\n\r\nGET /x"], {400}),
    "odd chunks": (lambda t: [post(t, "Transfer-Encoding: xchunked"), b"0\r\n\r\n"], {400}),
    "two codings": (lambda t: [post(t, "Transfer-Encoding: chunked, identity"), b"0\r\n\r\n"], {400}),
    "10,000 headers": (lambda t: [post(t, *(f"X-{n}: 1" for n in range(10_000)))], {431}),
    "one header of 1 MiB": (lambda t: [b"GET / HTTP/1.1\r\nX: " + b"y" * MEBIBYTE], {431}),
    "an address of 64 KiB": (lambda t: [b"GET /" + b"a" * 65_536 + b" HTTP/1.1\r\nHost: x\r\n\r\n"], {400, 414, 431}),
    "a space before the colon": (lambda t: [post(t, "Content-Length : 2"), b"{}"], {400}),
    "two hosts": (lambda t: [post(t, "Host: y", "Content-Length: 2"), b"{}"], {400}),
    "no HTTP": (lambda t: [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"], {400}),
    "a bare line feed": (lambda t: [b"GET / HTTP/1.1\nHost: x\n\n"], {400, 404}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_too_large_or_ambiguous_is_refused_at_once(world, gateway, case):
    process, token = gateway
    pieces, expected = CASES[case]
    before = process.memory_info().rss
    answers = [asyncio.run(said(world, *pieces(token))) for _ in range(5)]
    spent = sorted(seconds for _, seconds in answers)[2]
    grown = process.memory_info().rss - before
    print(
        f"\n{case}: {[status(head) for head, _ in answers]}, median {spent * 1000:.0f} ms, memory {grown / MEBIBYTE:+.1f} MiB"
    )
    found = {status(head) for head, _ in answers}
    assert found & expected and found - expected <= {0}  # 0: the end of the connection came before the answer was read
    assert spent < 2
    assert grown < GROWTH
    for head, _ in answers:
        assert not head or (b"application/problem+json" in head and b"nosniff" in head)


def test_who_dribbles_is_sent_away_and_others_do_not_wait(world, gateway):
    """A hundred connections that send a byte now and then: each ends; meanwhile others are answered."""
    process, _ = gateway
    before = process.memory_info().rss

    async def dribble():
        return await said(world, b"GET / HTTP/1.1\r\n", *[b"X: y\r\n"] * 8, pause=1.0, within=8.0)

    async def others():
        spent = []
        for _ in range(20):
            head, seconds = await said(world, b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert status(head) == 200
            spent.append(seconds)
            await asyncio.sleep(0.2)
        return sorted(spent)

    async def all_of_it():
        return await asyncio.gather(others(), *(dribble() for _ in range(100)))

    spent, *ended = asyncio.run(all_of_it())
    print(f"\nothers: median {spent[10] * 1000:.0f} ms; ended {[status(head) for head, _ in ended][:5]}… after "
          f"{max(seconds for _, seconds in ended):.0f} s")  # fmt: skip
    assert all(status(head) in (0, 408) for head, _ in ended) and any(status(head) == 408 for head, _ in ended)
    assert spent[10] < 1
    assert process.memory_info().rss - before < GROWTH
