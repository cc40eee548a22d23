"""A TCP proxy that misbehaves on demand: delay, throttle, reset, silence, one direction dropped, nobody at home.

It copies bytes and knows no protocol. What it was told holds for connections open now and for those to come.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

UP, DOWN = "up", "down"  # towards the server, towards the client
CHUNK = 65536
ABORT = struct.pack("ii", 1, 0)  # SO_LINGER of zero seconds: closing sends RST


@dataclass
class Fault:
    """What the proxy does to each chunk. Silent directions swallow nothing: bytes wait until the fault ends."""

    delay: float = 0.0
    bytes_per_second: float = 0.0
    silent: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    refuses: bool = False


@dataclass
class Proxy:
    """Listens on `port` and forwards to `target`, another port of this machine."""

    target: int
    port: int = 0
    fault: Fault = field(default_factory=Fault)
    server: asyncio.Server | None = field(default=None, repr=False)
    open: set[asyncio.StreamWriter] = field(default_factory=set, repr=False)
    changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    accepted: int = 0

    async def start(self) -> None:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port, limit=CHUNK)
        self.port = self.server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self.server:
            self.server.close()
        self.reset()

    def set(self, fault: Fault | None = None) -> None:
        """From now on; None mends it."""
        self.fault = fault or Fault()
        self.changed.set()
        self.changed = asyncio.Event()

    @contextlib.asynccontextmanager
    async def suffering(self, fault: Fault) -> AsyncIterator[None]:
        self.set(fault)
        try:
            yield
        finally:
            self.set()

    def reset(self) -> None:
        """RST on every connection, both ends."""
        for writer in list(self.open):
            abort(writer)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self.fault.refuses:
            abort(writer)
            return
        try:
            onward, back = await asyncio.open_connection("127.0.0.1", self.target, limit=CHUNK)
        except OSError:
            abort(writer)
            return
        self.open |= {writer, back}
        pumps = [
            asyncio.create_task(self.pump(UP, reader, back)),
            asyncio.create_task(self.pump(DOWN, onward, writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in (writer, back):
                self.open.discard(end)
                end.close()

    async def pump(self, direction: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK):
                while direction in self.fault.silent:
                    await self.changed.wait()
                if direction in self.fault.dropped:
                    continue
                if wait := self.wait_for(len(chunk)):
                    await asyncio.sleep(wait)
                writer.write(chunk)
                await writer.drain()

    def wait_for(self, size: int) -> float:
        rate = self.fault.bytes_per_second
        return self.fault.delay + (size / rate if rate else 0.0)


def abort(writer: asyncio.StreamWriter) -> None:
    found: socket.socket | None = writer.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError):
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)  # type: ignore[union-attr]
    writer.transport.abort()


HALF_OPEN = Fault(silent=frozenset({UP, DOWN}))
"""The peer takes connections and never answers."""
AWAY = Fault(silent=frozenset({UP, DOWN}), refuses=True)
