"""One leadership of a relay: sequencing, publishing and the cursor, each beside the others (decision 9)."""

import asyncio
import contextlib
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

from shared import archive, faults, metrics, wire

WHERE_WE_ARE = "SELECT position, published FROM log_counter"
SEQUENCE = wire.selected("sequence_outbox($1, $2)")
LOOK = "SELECT EXISTS (SELECT FROM outbox), EXISTS (SELECT FROM republish)"
UNSENT = wire.selected("event_log WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3")
IN_OFFICE = "SELECT epoch FROM log_counter"
SAVE = """WITH forgotten AS (DELETE FROM republish WHERE id = ANY ($3))
UPDATE log_counter SET published = $1 WHERE epoch = $2 RETURNING epoch"""
OLDEST = "SELECT min(position) FROM event_log"
ASKED = """SELECT array_agg(id) AS ids, topic, part, min(after) AS after FROM republish WHERE NOT id = ANY ($1)
GROUP BY topic, part"""
AGAIN = wire.selected(
    """event_log JOIN unnest($1::text[], $2::smallint[], $3::bigint[]) AS ask (of_topic, of_part, after)
    ON topic = of_topic AND part = of_part AND position > after
    WHERE position > $4 AND position <= $5 ORDER BY position"""
)
LEAST, MOST, WINDOW = 500, 4000, 20_000
POLL = 1.0
UNANSWERED = 30.0
UNHEARD = 5.0
SAVE_AFTER = 0.05  # what a crash in between loses of the cursor is sent again


class Deposed(ConnectionError):
    """Another relay leads, or the lock's connection was lost."""


@dataclass(frozen=True)
class Parcel:
    """What is sent at once: batches per topic and partition, and what may be noted when all are acknowledged."""

    batches: dict[wire.Place, list[Any]]
    position: int = 0
    answered: tuple[int, ...] = ()


class Term:
    """Sequencing of the next parcel, publishing of this one and saving of the last one's cursor overlap. No more is
    held than one parcel on its way, one ready and one being made."""

    def __init__(
        self, wake: asyncio.Event, sequencer: Any, publisher: Any, epoch: int, archived: Path | None = None
    ) -> None:
        self.wake, self.sequencer, self.publisher, self.epoch = wake, sequencer, publisher, epoch
        self.archived = archived
        self.position = self.acked = 0
        self.is_acked, self.heard_at = asyncio.Event(), 0.0
        self.answering: set[int] = set()
        self.answered: list[int] = []

    async def follow(self, producer: AIOKafkaProducer) -> None:
        self.position, self.acked = await self.sequencer.fetchrow(WHERE_WE_ARE)
        self.answering, ready = set(), asyncio.Queue[Parcel](1)
        await together(self.prepare(producer, ready), self.publish(producer, ready), self.save())

    async def prepare(self, producer: AIOKafkaProducer, ready: "asyncio.Queue[Parcel]") -> None:
        """Hand on what the log holds beyond the cursor; then what is sequenced, at once when woken, in larger parcels
        while there is a backlog; and what is asked for again. When nobody wakes, one look a second."""
        await self.catch_up(producer, ready)
        size, told, look_at = LEAST, True, 0.0
        while True:
            self.wake.clear()
            rows = await self.sequence(size) if told else []
            if rows:
                await self.hand_on(ready, Parcel(wire.by_place(producer, rows), rows[-1]["position"]))
            told = is_full = len(rows) == size
            if not rows or now() >= look_at:
                look_at = now() + POLL
                told, asked = await self.look()
                if asked:
                    await self.republish(producer, ready)
            size = min(size * 2, MOST) if is_full else LEAST
            told = told or is_full or await happens(self.wake, POLL)

    async def catch_up(self, producer: AIOKafkaProducer, ready: "asyncio.Queue[Parcel]") -> None:
        after = self.acked
        while rows := await self.sequencer.fetch(UNSENT, after, self.position, MOST):
            after = rows[-1]["position"]
            await self.hand_on(ready, Parcel(wire.by_place(producer, rows), after))

    async def sequence(self, size: int) -> list[Any]:
        rows: list[Any] = await self.sequencer.fetch(SEQUENCE, size, self.epoch)
        self.heard_at = now()
        faults.hit("relay.sequenced")
        if rows:
            self.position = rows[-1]["position"]
            metrics.SEQUENCED.inc(len(rows))
            metrics.BACKLOG.set(self.position - self.acked)
        return rows

    async def look(self) -> tuple[bool, bool]:
        """Does the outbox hold something, and does somebody ask? On the lock's session, this keeps the lock too."""
        outbox, asked = await self.sequencer.fetchrow(LOOK, timeout=UNHEARD)
        self.heard_at = now()
        return outbox, asked

    async def hand_on(self, ready: "asyncio.Queue[Parcel]", parcel: Parcel) -> None:
        putting = asyncio.ensure_future(ready.put(parcel))
        try:
            while not (await asyncio.wait({putting}, timeout=POLL))[0]:
                await self.look()
        finally:
            putting.cancel()

    async def republish(self, producer: AIOKafkaProducer, ready: "asyncio.Queue[Parcel]") -> None:
        """Send again what consumers say they never got (decision 11), in one passage through the log; what is asked
        meanwhile, in the next round."""
        asked = await self.sequencer.fetch(ASKED, list(self.answering))
        if not asked:
            return
        wanted = [[row[name] for row in asked] for name in ("topic", "part", "after")]
        ids = tuple(one for row in asked for one in row["ids"])
        self.answering.update(ids)
        until, asking = self.position, {(row["topic"], row["part"]): row["after"] for row in asked}
        async for rows in archive.told(self.archived, asking):
            await self.hand_on(ready, Parcel(wire.by_place(producer, rows)))
        oldest = await self.sequencer.fetchval(OLDEST) or 1
        for after in range(max(min(wanted[2]), oldest - 1), until, WINDOW):
            rows = await self.sequencer.fetch(AGAIN, *wanted, after, min(after + WINDOW, until))
            if rows:
                await self.hand_on(ready, Parcel(wire.by_place(producer, rows)))
        await self.hand_on(ready, Parcel({}, answered=ids))

    async def publish(self, producer: AIOKafkaProducer, ready: "asyncio.Queue[Parcel]") -> None:
        """Send parcel after parcel; what one holds may be noted when all of it is acknowledged."""
        while True:
            parcel = await ready.get()
            await self.confirm()
            await send(producer, parcel.batches)
            faults.hit("relay.acked")
            self.acked = max(self.acked, parcel.position)
            self.answered += parcel.answered
            metrics.BACKLOG.set(self.position - self.acked)
            self.is_acked.set()

    async def confirm(self) -> None:
        """Nothing is sent by one that was not heard of for a while, unless it still leads."""
        if now() > self.heard_at + UNHEARD and await self.publisher.fetchval(IN_OFFICE) != self.epoch:
            raise Deposed

    async def save(self) -> None:
        """A moment after the acknowledgement: once for all that came meanwhile, and not while effects are awaited."""
        while True:
            await self.is_acked.wait()
            await asyncio.sleep(SAVE_AFTER)
            self.is_acked.clear()
            done = list(self.answered)
            if await self.publisher.fetchval(SAVE, self.acked, self.epoch, done) is None:
                raise Deposed
            self.answered = self.answered[len(done) :]
            self.answering.difference_update(done)


async def send(producer: AIOKafkaProducer, batches: dict[wire.Place, list[Any]]) -> None:
    """In order, one batch in flight per partition; the first failure stops all."""
    sending = [asyncio.ensure_future(send_to(producer, place, found)) for place, found in batches.items()]
    try:
        async with asyncio.timeout(UNANSWERED):
            await asyncio.gather(*sending)
    finally:
        for one in sending:
            one.cancel()


async def send_to(producer: AIOKafkaProducer, place: wire.Place, batches: list[Any]) -> None:
    topic, part = place
    for batch in batches:
        await (await producer.send_batch(batch, topic, partition=part))
        metrics.PUBLISHED.labels(topic).inc(batch.record_count())


async def together(*loops: Awaitable[None]) -> None:
    """Run loops until the first of them ends or fails; the others end with it."""
    tasks = [asyncio.ensure_future(loop) for loop in loops]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def happens(event: asyncio.Event, within: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            return await event.wait()
    return False


def now() -> float:
    return asyncio.get_running_loop().time()
