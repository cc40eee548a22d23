"""Follows what other processes write to our database: told on a channel; a rare look stands behind it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from shared import metrics
from shared.log import logger
from shared.waking import rest

NET = 5.0  # seconds until it looks untold: which shows as well whether the connection lives
AGAIN = 1.0
BROKEN = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Watch:
    """On a connection of its own; `look` gets that connection, after `net` seconds untold too. One that breaks is made
    anew."""

    def __init__(
        self, dsn: str, name: str, channel: str, look: Callable[[Any], Awaitable[None]], net: float = NET
    ) -> None:
        self.dsn, self.name, self.channel, self.look, self.net = dsn, name, channel, look, net
        self.told, self.looked = asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        while True:
            try:
                await self.follow()
            except BROKEN as error:
                metrics.LOOPS.labels(self.name).inc()
                logger.warning("watch.restarted", kind=self.channel, error=type(error).__name__)
                await asyncio.sleep(AGAIN)

    async def follow(self) -> None:
        named = {"application_name": self.name}
        connection = await asyncpg.connect(self.dsn, command_timeout=5, server_settings=named)
        try:
            connection.add_termination_listener(lambda _: self.told.set())
            await connection.add_listener(self.channel, lambda *_: self.told.set())
            while True:
                await self.look(connection)
                self.looked.set()
                await rest(self.told, self.net)
        finally:
            connection.terminate()
