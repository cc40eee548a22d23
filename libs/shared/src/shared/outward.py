"""Calls to addresses that somebody gave us (key sets, webhooks): never into a private network (OWASP API7:2023).

The name is resolved once; every address that it has must be a public one, and the call goes to the one that was looked
at. No redirect is followed, no proxy used, and an answer has an end in bytes and in seconds.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import httpx

from shared.errors import Unavailable
from shared.settings import ServiceSettings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
LARGEST = 65_536
PATIENCE = 3.0
# Public by number, yet inside: the metadata of one provider, and the two ranges that stand for IPv4 addresses.
DENIED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in ("168.63.129.16/32", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class OutwardRefused(Unavailable):
    code, title = "address-refused", "This address is not called"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


async def resolve(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


def is_public(address: Address) -> bool:
    """Whether the whole internet could reach it; one that stands for another is judged as that other."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return is_public(address.ipv4_mapped)
    is_denied = any(address in network for network in DENIED if network.version == address.version)
    return address.is_global and not address.is_multicast and not is_denied


@dataclass(frozen=True)
class Outward:
    """`inside`: networks that may be called although they are not public. `plain`: http too, for a sandbox."""

    plain: bool = False
    inside: tuple[Network, ...] = ()
    resolve: Resolve = resolve
    largest: int = LARGEST
    patience: float = PATIENCE

    @classmethod
    def of(cls, settings: ServiceSettings) -> "Outward":
        return cls(settings.sandbox, settings.outward_networks)

    async def call(
        self, method: str, url: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, a refusing one too. Raises OutwardRefused, and Unavailable when nothing whole comes in time."""
        try:
            async with asyncio.timeout(self.patience):
                address = await self.admitted(self.parts(url))
                return await self.ask(method, url, address, content, headers or {})
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, UnicodeError) as error:
            raise Unavailable("The address does not answer as it must.") from error

    def parts(self, url: str) -> SplitResult:
        try:
            found = urlsplit(url)
            is_good = found.hostname and not (found.username or found.password or found.fragment) and found.port != 0
        except ValueError as error:
            raise OutwardRefused("The address cannot be read.") from error
        if not is_good or found.scheme not in (("https", "http") if self.plain else ("https",)):
            raise OutwardRefused("Give an https address with a host, and without a user or a fragment.")
        return found

    async def admitted(self, url: SplitResult) -> str:
        """The one address that is called. One private address among several refuses them all."""
        port = url.port or {"https": 443, "http": 80}[url.scheme]
        found = [ipaddress.ip_address(text.partition("%")[0]) for text in await self.resolve(str(url.hostname), port)]
        if not found or not all(is_public(one) or self.is_inside(one) for one in found):
            raise OutwardRefused("The address is not a public one.")
        return str(found[0])

    def is_inside(self, address: Address) -> bool:
        return any(address in network for network in self.inside if network.version == address.version)

    async def ask(self, method: str, url: str, address: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """To the address that was looked at, under the name that was given (certificate and Host)."""
        named = httpx.URL(url)
        host = named.netloc.decode()
        sent = {"Accept-Encoding": "identity", **headers, "Host": host}
        name = {"sni_hostname": named.raw_host.decode()}
        async with (
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self.patience) as client,
            client.stream(method, named.copy_with(host=address), content=content, headers=sent, extensions=name) as got,
        ):
            return Answer(got.status_code, dict(got.headers), await self.body_of(got))

    async def body_of(self, got: httpx.Response) -> bytes:
        """As it was sent: nothing is unpacked, so nothing can grow."""
        found = bytearray()
        async for chunk in got.aiter_raw():
            found += chunk
            if len(found) > self.largest:
                raise Unavailable("The answer is too large.")
        return bytes(found)
