"""A projection built anew from the log: equal to the live one, swapped while events come in."""

from uuid import uuid4

import pytest
import pytest_asyncio
from bakery.main import LoafBaked, LoafEaten
from bakery.models import Loaf
from shared.auth import Principal
from shared.consumer import Inbox, Message
from shared.db import uuid7
from shared.errors import Refused
from shared.events import Envelope
from shared.projections import change, project, put
from shared.rebuild import Rebuild, owner, rebuild, run
from shared.run import settings_of


def to_loaf(event, at):
    return put(Loaf, id=event.loaf_id, kind=event.kind, clinic_id=event.client_id, client_id=event.client_id)


def to_eaten(event, at):
    return change(Loaf, id=event.loaf_id, kind="eaten")


LINES = {
    line.event.NAME: line for line in (project(LoafBaked, to_loaf, into=Loaf), project(LoafEaten, to_eaten, into=Loaf))
}
ROWS = "SELECT id, kind, client_id, agency_id FROM loaf ORDER BY id"


@pytest_asyncio.fixture
async def alone(platform_db, superuser):
    """Nothing of other tests in the log or the table."""
    for table in ("loaf", "event_log", "log_head", "outbox", "inbox", "applied", "parked", "blocked"):
        await superuser.execute(f"DELETE FROM {table}")


@pytest.fixture
def told(database, superuser, agency):
    """await told(event, …): told, logged under the topic bakery, and applied here."""

    async def tell(*events, apply=True):
        async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
            for event in events:
                tx.publish(event)
        await superuser.execute("UPDATE outbox SET topic = 'bakery'")
        rows = await superuser.fetch("SELECT * FROM sequence_outbox(1000, (SELECT epoch FROM log_counter))")
        for row in sorted(rows, key=lambda row: row["position"]) if apply else ():
            envelope = Envelope(
                id=row["event_id"], type=row["type"], source="/bakery", subject=row["aggregate_id"], time=row["time"],
                agency=row["agency_id"], sequence=row["sequence"], position=row["position"], prev=row["prev"],
                part=row["part"], topic="bakery", correlation="test", actor=row["actor"],
            )  # fmt: skip
            await Inbox(database, "bakery", LINES).receive([Message(envelope, row["data"])])

    return tell


@pytest.fixture
def read(http, bearer):
    async def page(topic, after):
        params = {"topic": "bakery", "after": after, "types": ",".join(LINES), "limit": 3}
        answer = await http.get("/internal/log", params=params, headers=bearer("internal"))
        assert answer.status_code == 200, answer.text
        return answer.json()

    return page


def baked(kind):
    return LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind=kind)


async def built(read, *, swap=True, during=None):
    settings = settings_of("bakery")
    async with owner(settings) as connection:
        work = Rebuild(LINES["loaf.baked.v1"].shape, LINES, connection, read)
        work.after = {"bakery": 0}
        if during:
            copy = work.copy

            async def copied():
                await copy()
                await during()

            work.copy = copied
        return await run(work, settings.database, lambda *_: None, swap=swap)


async def test_what_is_built_anew_equals_what_lives_and_takes_its_place(alone, told, read, superuser, database, agency):
    loaves = [baked(str(n)) for n in range(7)]
    eaten = LoafEaten(loaf_id=loaves[2].loaf_id, client_id=loaves[2].client_id)
    stranger = LoafEaten(loaf_id=uuid4(), client_id=uuid4())
    await told(*loaves, eaten, stranger)
    live, indexes = await superuser.fetch(ROWS), await superuser.fetch("SELECT indexname FROM pg_indexes ORDER BY 1")
    found = await built(read)
    assert found.is_equal and found.is_swapped and (found.events, found.rows) == (9, 7)
    assert await superuser.fetch(ROWS) == live
    assert await superuser.fetch("SELECT indexname FROM pg_indexes ORDER BY 1") == indexes
    await told(baked("after"))
    assert await superuser.fetchval("SELECT count(*) FROM loaf WHERE kind = 'after'") == 1
    async with database.transaction(Principal.system("bakery", agency_id=uuid7())) as tx:
        assert await tx._driver.fetch("SELECT 1 FROM loaf") == []


async def test_what_was_lost_or_spoilt_is_told_and_comes_back(alone, told, read, superuser):
    await told(*[baked(str(n)) for n in range(4)])
    live = await superuser.fetch(ROWS)
    await superuser.execute("DELETE FROM loaf WHERE kind = '1'")
    await superuser.execute("UPDATE loaf SET kind = 'x' WHERE kind = '2'")
    found = await built(read, swap=False)
    assert not found.is_equal and not found.is_swapped and (found.rows, found.live_rows) == (4, 3)
    assert await superuser.fetchval("SELECT to_regclass('loaf_shadow')") is None
    assert not (await built(read)).is_equal and await superuser.fetch(ROWS) == live
    assert (await built(read)).is_equal


async def test_what_had_no_effect_here_has_none_in_the_shadow(alone, told, read):
    await told(baked("rye"))
    await told(baked("oat"), apply=False)
    found = await built(read)
    assert found.is_equal and (found.events, found.rows) == (2, 1)


async def test_what_is_applied_after_the_copy_is_in_it_too(alone, told, read, superuser):
    first, late = baked("rye"), baked("late")
    await told(first)

    async def meanwhile():
        await told(late, LoafEaten(loaf_id=first.loaf_id, client_id=first.client_id))

    found = await built(read, during=meanwhile)
    assert found.is_equal and found.rows == 2
    assert {row["kind"] for row in await superuser.fetch(ROWS)} == {"eaten", "late"}


async def test_an_unknown_projection_is_refused_with_those_that_are_there(platform_db):
    with pytest.raises(Refused, match="there are loaf"):
        await rebuild("bakery", settings_of("bakery"), "bread", LINES, say=lambda *_: None)
