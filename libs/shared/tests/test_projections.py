"""Facts of other services folded into rows; lanes shared between workers."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from bakery.main import LoafBaked, LoafEaten
from bakery.models import Loaf
from shared.access import RELATIONSHIP, related
from shared.consumer import Inbox, Message, on
from shared.db import real_now, uuid7
from shared.events import Envelope
from shared.lanes import Lanes
from shared.projections import change, project, projections, put
from shared.run import settings_of

SINCE = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def topic():
    return f"bakery-{uuid4()}"


def messages(topic, told):
    """told: (agency, event) in order."""
    found = []
    for n, (agency, event) in enumerate(told, 1):
        envelope = Envelope(
            id=uuid7(), type=type(event).NAME, source="/bakery", subject=event.loaf_id, time=real_now(), agency=agency,
            sequence=1, position=n, prev=n - 1, part=0, topic=topic, correlation="test", actor=str(uuid4()),
        )  # fmt: skip
        found.append(Message(envelope, event.model_dump_json()))
    return found


def baked(kind="rye", loaf=None, client=None):
    return LoafBaked(loaf_id=loaf or uuid4(), client_id=client or uuid4(), kind=kind)


def on_baked(event, at):
    return related(staff_id=event.loaf_id, client_id=event.client_id, kind="care_team", since=SINCE, until=at)


on_baked.__annotations__ = {"event": LoafBaked}


def inbox_of(database, *lines):
    return Inbox(database, "bakery", {line.event.NAME: line for line in lines})


async def loaves(superuser, agency):
    rows = await superuser.fetch("SELECT id, kind FROM loaf WHERE agency_id = $1 ORDER BY kind", agency)
    return {row["id"]: row["kind"] for row in rows}


def to_loaf(event, at):
    return put(Loaf, id=event.loaf_id, kind=event.kind, clinic_id=event.client_id, client_id=event.client_id)


def to_eaten(event, at):
    return change(Loaf, id=event.loaf_id, kind="eaten")


LINES = (project(LoafBaked, to_loaf, into=Loaf), project(LoafEaten, to_eaten, into=Loaf))


async def test_the_facts_of_a_batch_stand_as_if_they_had_come_one_by_one(database, superuser, topic):
    one, two = uuid7(), uuid7()
    told = [baked("rye"), baked("oat"), baked("bun")]
    again = [LoafBaked(loaf_id=told[0].loaf_id, client_id=told[0].client_id, kind="spelt")]
    eaten = [LoafEaten(loaf_id=told[1].loaf_id, client_id=told[1].client_id)]
    events = [*told, *again, *eaten]
    assert await inbox_of(database, *LINES).receive(messages(topic, [(one, e) for e in events]))
    singly = inbox_of(database, *LINES)
    for n, message in enumerate(messages(f"{topic}-b", [(two, e) for e in events]), 1):
        assert await singly.receive([message]), n
    assert await loaves(superuser, one) == await loaves(superuser, two) == {
        told[0].loaf_id: "spelt", told[1].loaf_id: "eaten", told[2].loaf_id: "bun"}  # fmt: skip


async def test_a_batch_of_two_agencies_keeps_each_behind_its_wall(database, superuser, topic):
    one, two = uuid7(), uuid7()
    told = [(one, baked("rye")), (two, baked("oat")), (one, baked("bun"))]
    await inbox_of(database, *LINES).receive(messages(topic, told))
    assert sorted((await loaves(superuser, one)).values()) == ["bun", "rye"]
    assert sorted((await loaves(superuser, two)).values()) == ["oat"]


async def test_a_change_of_a_row_that_is_not_there_makes_none_and_a_later_row_is_whole(
    database, superuser, agency, topic
):
    loaf, client = uuid4(), uuid4()
    told = [LoafEaten(loaf_id=loaf, client_id=client), baked("rye", loaf, client)]
    await inbox_of(database, *LINES).receive(messages(topic, [(agency, e) for e in told]))
    assert await loaves(superuser, agency) == {loaf: "rye"}


async def test_the_newest_answer_stays_whatever_comes_later(database, superuser, agency, topic):
    def keep(event, at):
        return put(Loaf, newest="kind", id=event.loaf_id, kind=event.kind, clinic_id=UUID(int=1), client_id=UUID(int=2))

    loaf, inbox = uuid4(), inbox_of(database, project(LoafBaked, keep, into=Loaf))
    told = messages(topic, [(agency, baked(kind, loaf)) for kind in ("2026-05", "2026-03", "2026-04")])
    await inbox.receive(told[:2])
    await inbox.receive(told[2:])
    assert await loaves(superuser, agency) == {loaf: "2026-05"}


async def test_one_fact_that_cannot_be_kept_parks_and_the_others_stand(database, superuser, agency, topic):
    told = [baked("rye"), baked("stone"), baked("bun")]
    assert await inbox_of(database, *LINES).receive(messages(topic, [(agency, e) for e in told]))
    assert sorted((await loaves(superuser, agency)).values()) == ["bun", "rye"]
    parked = await superuser.fetch("SELECT state, reason FROM parked WHERE agency_id = $1", agency)
    assert [tuple(row) for row in parked] == [("parked", "23514")]
    assert await superuser.fetchval("SELECT count(*) FROM inbox WHERE agency_id = $1", agency) == 2


async def test_a_handler_finds_the_facts_told_before_it(database, superuser, agency, topic):
    found = []

    async def handler(tx, event):
        found.append(await tx._driver.fetchval("SELECT count(*) FROM loaf WHERE agency_id = $1", agency))

    lines = (project(LoafBaked, to_loaf, into=Loaf), on(LoafEaten, handler))
    told = [baked(), baked(), LoafEaten(loaf_id=uuid4(), client_id=uuid4()), baked()]
    await inbox_of(database, *lines).receive(messages(topic, [(agency, e) for e in told]))
    assert found == [2] and len(await loaves(superuser, agency)) == 3


async def test_a_fact_told_again_by_a_batch_has_no_second_effect(database, superuser, agency, topic):
    told = messages(topic, [(agency, baked("rye")), (agency, baked("oat"))])
    inbox = inbox_of(database, project(LoafBaked, on_baked, into=RELATIONSHIP))
    await inbox.receive(told)
    await superuser.execute("DELETE FROM applied WHERE topic = $1", topic)
    await superuser.execute("DELETE FROM relationship WHERE agency_id = $1", agency)
    await inbox.receive(told)
    assert await superuser.fetchval("SELECT count(*) FROM relationship WHERE agency_id = $1", agency) == 0


def test_a_fold_is_a_plain_function_of_its_event():
    async def late(event: LoafBaked, at):
        return None

    def other(event: LoafEaten, at):
        return None

    for wrong in (project(LoafBaked, late, into=Loaf), project(LoafBaked, other, into=Loaf)):
        with pytest.raises(TypeError):
            projections(wrong)


async def lanes_of(dsn):
    connection = await asyncpg.connect(dsn)
    found = Lanes(connection, 12)
    await found.join()
    return found


async def test_two_workers_share_the_lanes_and_the_one_left_takes_them_all(platform_db, service):
    dsn = settings_of(service).dsn("app")
    one = await lanes_of(dsn)
    assert await one.settle() and len(one.mine) == 12
    two = await lanes_of(dsn)
    for lanes in (two, one, two):
        lanes.looked = 0.0
        await lanes.settle()
    assert len(one.mine) == len(two.mine) == 6 and not one.mine & two.mine
    two.connection.terminate()
    for _ in range(50):
        one.looked = 0.0
        await one.settle()
        if len(one.mine) == 12:
            break
        await asyncio.sleep(0.05)
    assert len(one.mine) == 12
    await one.connection.close()


async def test_lanes_are_looked_at_once_a_second_only(platform_db, service):
    one = await lanes_of(settings_of(service).dsn("app"))
    await one.settle()
    one.mine.clear()
    assert not await one.settle()
    one.looked -= timedelta(seconds=1).total_seconds()
    assert await one.settle()
    await one.connection.close()
