"""Addresses that others give us lead nowhere inside (T60): with real listeners, and a resolver that lies."""

import asyncio
import ipaddress
import time

import pytest
from shared.errors import Unavailable
from shared.outward import Outward, OutwardRefused

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
DENIED = (
    "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.0.1", "169.254.169.254", "100.100.100.200",
    "168.63.129.16", "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2001:0:7f00:1::",
)  # fmt: skip
SPELT = ("127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]")


class Listener:
    """Counts who comes, and answers with what it was given."""

    def __init__(self, answer=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", wait=0.0):
        self.answer, self.wait, self.came, self.heard = answer, wait, 0, b""

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, reader, writer):
        self.came += 1
        self.heard = await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(self.wait)
        writer.write(self.answer)
        writer.close()


def lying(*answers):
    """A resolver that gives the next answer at each call, and remembers how often it was asked."""
    asked = []

    async def resolve(host, port):
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, asked


@pytest.mark.parametrize("address", DENIED)
async def test_a_name_that_leads_inside_is_refused(address):
    async with Listener() as listener:
        resolve, _ = lying([address])
        with pytest.raises(OutwardRefused):
            await Outward(plain=True, resolve=resolve).call("GET", f"http://partner.example:{listener.port}/jwks")
        assert listener.came == 0


@pytest.mark.parametrize("host", SPELT)
async def test_an_address_inside_is_refused_however_it_is_spelt(host):
    async with Listener() as listener:
        with pytest.raises(Unavailable):
            await Outward(plain=True).call("GET", f"http://{host}:{listener.port}/")
        assert listener.came == 0


async def test_one_private_address_among_public_ones_refuses_them_all():
    resolve, _ = lying(["93.184.216.34", "10.0.0.1"])
    with pytest.raises(OutwardRefused):
        await Outward(resolve=resolve).call("GET", "https://partner.example/")


async def test_the_address_that_was_looked_at_is_the_one_that_is_called():
    """The name leads elsewhere when it is asked again; it is asked once."""
    async with Listener() as good:
        resolve, asked = lying(["127.0.0.1"], ["10.0.0.1"])
        outward = Outward(plain=True, inside=LOOPBACK, resolve=resolve)
        answer = await outward.call("GET", f"http://partner.example:{good.port}/jwks?x=1")
        assert (answer.status, answer.body, len(asked)) == (200, b"{}", 1)
        assert (
            good.heard.startswith(b"GET /jwks?x=1 ")
            and f"host: partner.example:{good.port}".encode() in good.heard.lower()
        )


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/", "file:///etc/passwd", "unix:///tmp/s", "ftp://partner.example/", "https:///x", "https://",
        "https://a:b@partner.example/", "https://partner.example/#x", "gopher://x", "https://partner.example:0/",
        "https://[::1", "//partner.example/", "",
    ],
)  # fmt: skip
async def test_only_plain_https_addresses_are_called(url):
    resolve, asked = lying(["93.184.216.34"])
    with pytest.raises(OutwardRefused):
        await Outward(resolve=resolve).call("GET", url)
    assert asked == []


async def test_a_redirect_is_an_answer_and_not_followed():
    async with Listener() as inside:
        moved = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inside.port}/\r\nContent-Length: 0\r\n\r\n".encode()
        async with Listener(moved) as listener:
            outward = Outward(plain=True, inside=LOOPBACK)
            answer = await outward.call("GET", f"http://127.0.0.1:{listener.port}/")
        assert answer.status == 302 and inside.came == 0


async def test_an_answer_has_an_end_in_bytes_and_in_seconds():
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    outward = Outward(plain=True, inside=LOOPBACK, patience=0.5)
    async with (
        Listener(head + b"x" * 65_537) as large,
        Listener(head + b"x" * 65_536) as just,
        Listener(wait=5) as slow,
    ):
        assert len((await outward.call("GET", f"http://127.0.0.1:{just.port}/")).body) == 65_536
        started = time.monotonic()
        for one in (large, slow):
            with pytest.raises(Unavailable):
                await outward.call("GET", f"http://127.0.0.1:{one.port}/")
        assert time.monotonic() - started < 2


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    async with Listener() as proxy, Listener() as listener:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        await Outward(plain=True, inside=LOOPBACK).call("GET", f"http://127.0.0.1:{listener.port}/")
        assert (proxy.came, listener.came) == (0, 1)
