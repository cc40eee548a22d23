"""`python eat.py SERVICE AGENCY < events.jsonl`: apply events to a service as if they were told of this agency.

A process of its own for each service: two services' tables do not meet in one. Prints how many it took.
"""

import asyncio
import importlib
import json
import sys
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.clock import Clock
from shared.consumer import Inbox, Message
from shared.db import Database, uuid7
from shared.events import Envelope
from shared.run import package_of, settings_of
from shared.worker import handlers_of

PART = 99
"""A partition that no worker reads."""


def message_of(row: Any, agency: UUID, number: int) -> Message:
    envelope = Envelope(
        id=uuid7(),
        type=row["type"],
        source=f"/{row['topic']}",
        subject=UUID(row["aggregate_id"]),
        time=datetime.fromisoformat(row["time"]),
        agency=agency,
        sequence=row["sequence"],
        position=time.time_ns() + number,
        prev=0,
        part=PART,
        topic=row["topic"],
        correlation="tenancy",
        actor=row["actor"],
    )
    return Message(envelope, json.dumps(row["data"]))


async def eat(service: str, agency: UUID, rows: list[Any]) -> int:
    table = handlers_of(importlib.import_module(f"{package_of(service)}.main").app.state.work)
    database = Database(settings_of(service), service, Clock())
    inbox = Inbox(database, service, table)
    mine = [row for row in rows if row["type"] in table]
    for number, row in enumerate(mine):
        await inbox.receive([message_of(row, agency, number)])
    await database.close()
    return len(mine)


if __name__ == "__main__":
    print(asyncio.run(eat(sys.argv[1], UUID(sys.argv[2]), [json.loads(line) for line in sys.stdin])))
