"""What an operator does: look at events set aside, retry them in order, drop one, have events sent again."""

import asyncio
import json
import subprocess
import sys
from uuid import uuid4

import pytest
from bakery.main import LoafBaked
from shared import operate
from shared.auth import Principal
from shared.consumer import Inbox, Message, On
from shared.db import real_now, uuid7
from shared.errors import NotFound
from shared.events import Envelope
from shared.run import settings_of

SEQUENCE = "SELECT count(*) FROM sequence_outbox(1000, (SELECT epoch FROM log_counter))"
SECRET = "Sample Client 07"


class Oven:
    """A handler that burns, until it is mended; and what it baked for good, in order."""

    def __init__(self, superuser, agency):
        self.burns, self.superuser, self.agency = {"poison"}, superuser, agency

    async def handler(self, tx, event):
        if event.kind in self.burns:
            raise ValueError(SECRET)
        tx.audit("loaf.bake", by=tx.by, code=event.kind)

    def load(self):
        return {"loaf.baked.v1": On(LoafBaked, self.handler, ("bakery",))}

    async def baked(self):
        question = "SELECT code FROM audit WHERE agency_id = $1 AND action = 'loaf.bake' ORDER BY id"
        return [row["code"] for row in await self.superuser.fetch(question, self.agency)]


@pytest.fixture
def oven(superuser, agency):
    return Oven(superuser, agency)


@pytest.fixture
def topic():
    return f"bakery-{uuid4()}"


@pytest.fixture
def told(database, agency, topic, oven):
    """await told(loaf, "poison", "rye") → the events' ids, received in this order."""
    at = [0]

    async def tell(loaf, *kinds):
        messages = []
        for kind in kinds:
            at[0] += 1
            event = LoafBaked(loaf_id=loaf, client_id=loaf, kind=kind)
            envelope = Envelope(
                id=uuid7(), type="loaf.baked.v1", source="/bakery", subject=loaf, time=real_now(), agency=agency,
                sequence=at[0], position=at[0], prev=at[0] - 1, part=0, topic=topic, correlation="test",
                actor=str(uuid4()),
            )  # fmt: skip
            messages.append(Message(envelope, event.model_dump_json()))
        await Inbox(database, "bakery", oven.load()).receive(messages)
        return [message.envelope.id for message in messages]

    return tell


@pytest.fixture
def ask(platform_db, oven):
    """await ask("parked", "list", …) → (JSON, text, exit code)."""

    async def asked(*words):
        words = operate.parser("test").parse_args([str(word) for word in words])
        return await operate.answered("bakery", settings_of("bakery"), oven.load, words)

    return asked


async def test_a_poisoned_event_parks_its_key_waits_others_go_on_and_after_mending_all_take_effect_in_order(
    told, ask, oven, topic, agency, superuser
):
    sick, well = uuid4(), uuid4()
    await told(sick, "one", "poison", "two", "three")
    await told(well, "four")
    assert await oven.baked() == ["one", "four"]
    found, text, _ = await ask("parked", "list", "--topic", topic)
    assert [(row["state"], row["reason"]) for row in found["events"]] == [
        ("parked", "ValueError"), ("queued", None), ("queued", None)
    ]  # fmt: skip
    assert "1 parked, 2 queued" in text and str(sick) in text
    assert SECRET not in text + json.dumps(found, default=str) and "poison" not in text
    kept = await superuser.fetch("SELECT reason, missing, envelope FROM parked WHERE agency_id = $1", agency)
    assert not any(SECRET in str(row) for row in kept)

    found, text, code = await ask("parked", "retry", "--topic", topic, "--all")
    assert (found["effects"], code) == (0, 1) and "ValueError), 2 behind it" in text
    assert await oven.baked() == ["one", "four"]
    oven.burns.clear()
    found, text, code = await ask("parked", "retry", "--topic", topic, "--all")
    assert (found["effects"], found["left"], code) == (3, [], 0)
    assert "3 events took effect, 1 of 1 aggregates are clear" in text
    assert await oven.baked() == ["one", "four", "poison", "two", "three"]
    for table in ("parked", "blocked"):
        assert await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE agency_id = $1", agency) == 0


async def test_retry_goes_on_until_the_next_that_refuses_and_names_it(told, ask, oven, topic):
    loaf, other = uuid4(), uuid4()
    oven.burns.add("stone")
    _, _, stone, _ = await told(loaf, "poison", "two", "stone", "four")
    await told(other, "stone")
    oven.burns.remove("poison")
    found, _, code = await ask("parked", "retry", "--aggregate", loaf)
    assert (found["effects"], found["aggregates"], code) == (2, 1, 1) and await oven.baked() == ["poison", "two"]
    (left,) = found["left"]
    assert (left["event_id"], left["queued"], left["because"]) == (stone, 1, "ValueError")
    found, _, _ = await ask("parked", "retry", "--topic", topic, "--type", "loaf.eaten.v1")
    assert found["aggregates"] == 0


async def test_one_event_is_shown_with_its_envelope_and_what_is_behind_it_but_not_its_data(told, ask, topic):
    poison, second = await told(uuid4(), "poison", "second")
    found, text, _ = await ask("parked", "show", poison)
    assert found["envelope"]["topic"] == topic and [row["event_id"] for row in found["behind"]] == [second]
    assert "1 behind it" in text and str(second) in text and "poison" not in text + json.dumps(found, default=str)
    with pytest.raises(NotFound):
        await ask("parked", "show", uuid4())


async def test_drop_takes_one_out_with_its_audit_and_lets_what_queued_go_on(told, ask, oven, agency, topic, superuser):
    loaf = uuid4()
    poison, _, _ = await told(loaf, "poison", "two", "three")
    found, _, code = await ask("parked", "drop", poison, "--yes", "--reason", "sent-in-error", "--by", "night.desk")
    assert (found["effects"], found["state"], code) == (2, None, 0) and await oven.baked() == ["two", "three"]
    row = await superuser.fetchrow(
        "SELECT action, code, actor_client, roles, client_id, resource_id FROM audit "
        "WHERE agency_id = $1 AND action = 'event.drop'",
        agency,
    )
    assert tuple(row) == ("event.drop", "sent-in-error", "operator:night.desk", ["operator"], loaf, poison)
    assert await superuser.fetchval("SELECT count(*) FROM blocked WHERE agency_id = $1", agency) == 0
    with pytest.raises(NotFound):
        await ask("parked", "drop", poison, "--yes", "--reason", "sent-in-error")


async def test_drop_waits_for_a_retry_of_the_same_aggregate_that_is_under_way(told, ask, topic, superuser):
    poison, _ = await told(uuid4(), "poison", "two")
    held = superuser.transaction()
    await held.start()
    await superuser.execute("SELECT 1 FROM blocked WHERE topic = $1 FOR UPDATE", topic)
    task = asyncio.create_task(ask("parked", "drop", poison, "--yes", "--reason", "sent-in-error"))
    await asyncio.sleep(1)
    left = await superuser.fetchval("SELECT count(*) FROM parked WHERE topic = $1", topic)
    assert (task.done(), left) == (False, 2)
    await held.rollback()
    found, _, _ = await task
    assert found["effects"] == 1


async def test_a_queued_event_that_is_dropped_frees_nothing_before_it(told, ask, oven, agency, superuser):
    loaf = uuid4()
    _, second, _ = await told(loaf, "poison", "two", "three")
    await ask("parked", "drop", second, "--yes", "--reason", "sent-in-error")
    states = await superuser.fetch("SELECT state FROM parked WHERE agency_id = $1 ORDER BY position", agency)
    assert [row["state"] for row in states] == ["parked", "queued"] and await oven.baked() == []


async def test_what_is_behind_a_dropped_event_is_not_lost_when_the_operator_dies_there(
    told, ask, oven, agency, superuser, monkeypatch
):
    """The next one is marked ready in the same transaction, so the worker's sweep takes it up."""
    poison, second = await told(uuid4(), "poison", "two")

    async def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Inbox, "take_up", die)
    with pytest.raises(KeyboardInterrupt):
        await ask("parked", "drop", poison, "--yes", "--reason", "sent-in-error")
    rows = await superuser.fetch("SELECT event_id, state FROM parked WHERE agency_id = $1", agency)
    assert [tuple(row) for row in rows] == [(second, "ready")]


async def test_republish_asks_for_each_partition_and_counts_what_will_come(database, ask, agency, superuser):
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        for _ in range(30):
            tx.publish(LoafBaked(loaf_id=uuid4(), client_id=uuid4(), kind="rye"))
    await superuser.execute(SEQUENCE)
    await superuser.execute("UPDATE log_counter SET published = position")
    await superuser.execute("DELETE FROM republish")
    head = await superuser.fetchval("SELECT position FROM log_counter")
    found, text, code = await ask("republish", "--topic", "bakery", "--after", head - 30)
    assert (found["events"], code) == (30, 0) and "30 events of bakery will be sent again" in text
    asked = await superuser.fetch("SELECT topic, after FROM republish")
    parts = await superuser.fetchval("SELECT count(DISTINCT part) FROM event_log WHERE position > $1", head - 30)
    assert len(asked) == parts and {tuple(row) for row in asked} == {("bakery", head - 30)}
    await superuser.execute("DELETE FROM republish")
    with pytest.raises(NotFound, match="its topics: bakery"):
        await ask("republish", "--topic", "intake")


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        ("parked drop 00000000-0000-7000-8000-000000000000 --reason sent-in-error", 1, "--yes"),
        ("parked drop 00000000-0000-7000-8000-000000000000 --reason sent-in-error --yes", 1, "No event"),
        ("parked drop 00000000-0000-7000-8000-000000000000 --yes", 2, "--reason"),
        ("parked drop 00000000-0000-7000-8000-000000000000 --yes --reason Told_by_Ann", 2, "small letters"),
        ("parked retry", 2, "--all"),
        ("parked list --aggregate x", 2, "--aggregate"),
    ],
)
def test_what_is_wrongly_asked_is_said_in_a_line(platform_db, words, exit_code, said):
    ran = run(words)
    assert (ran.returncode, "Traceback" in ran.stderr) == (exit_code, False), ran.stderr
    assert said in ran.stderr


def test_a_database_that_is_away_is_said_in_a_line(platform_db, monkeypatch):
    monkeypatch.setenv("BAKERY_DATABASE_URL", "postgresql://127.0.0.1:1/bakery")
    ran = run("parked list")
    assert ran.returncode == 1 and ran.stderr.count("\n") == 1 and "cannot be reached" in ran.stderr


async def test_in_a_process_of_its_own_it_runs_the_services_handlers(told, agency, topic, superuser):
    await told(uuid4(), "poison")
    listed = json.loads(run(f"parked list --topic {topic} --json").stdout)
    assert [row["state"] for row in listed["events"]] == ["parked"]
    ran = run(f"parked retry --topic {topic} --all --json")
    assert (ran.returncode, json.loads(ran.stdout)["effects"]) == (0, 1)
    assert await superuser.fetchval("SELECT kind FROM loaf WHERE agency_id = $1", agency) == "copy of poison"


def run(words):
    return subprocess.run([sys.executable, "-m", "shared.run", *words.split()], capture_output=True, text=True)
