"""Delivers rows of a producer's log to an eater's Inbox in this process: any order, any number of times."""

import json
from typing import Any

from eater.main import app
from shared.clock import Clock
from shared.consumer import Inbox, Message
from shared.db import Database
from shared.events import Envelope
from shared.run import settings_of
from shared.worker import handlers_of
from stack import Stack

ALIKE = ("type", "time", "sequence", "position", "prev", "part", "topic", "correlation", "actor")


class Door:
    """An Inbox over a database of its own, and the way to look into it."""

    def __init__(self, database: Database, looking: Any) -> None:
        self.database, self.looking = database, looking
        self.inbox = Inbox(database, "eater", handlers_of(app.state.work))

    async def meals(self) -> list[Any]:
        return list(await self.looking.fetch("SELECT event_id, what FROM meal ORDER BY place"))


async def door(stack: Stack, name: str) -> Door:
    await stack.make_database(name)
    address = f"postgresql://127.0.0.1:{stack.database_proxy.port}/{name}"
    settings = settings_of("eater").model_copy(update={"database_url": address, "sandbox": True})
    return Door(Database(settings, "eater", Clock()), await stack.database(name))


def message_of(row: Any, **other: Any) -> Message:
    said = {name: row[name] for name in ALIKE} | other
    envelope = Envelope(
        id=row["event_id"],
        source="/bakery",
        subject=row["aggregate_id"],
        agency=row["agency_id"],
        causation=row["causation"],
        **said,
    )
    data = row["data"]
    return Message(envelope, data if isinstance(data, str) else json.dumps(data))
