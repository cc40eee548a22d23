import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from gateway.errors import ServiceAway, TimeRefused
from gateway.schemas.sandbox import ClockMove
from gateway.use_cases import move_clock as moving
from gateway.use_cases.move_clock import move_clock

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class FakeServices:
    """Two services in memory: what one fires, the other applies one look later, and that starts a timer there."""

    def __init__(self, due):
        self.now, self.due, self.visited, self.fired, self.head, self.applied = (
            dict.fromkeys("ab", START),
            due,
            [],
            [],
            0,
            0,
        )

    async def each(self, ask):
        return {name: await ask(name) for name in "ab"}

    async def clock(self, name):
        return {"now": self.now[name].isoformat()}

    async def move_clock(self, name, now):
        self.now[name] = max(self.now[name], datetime.fromisoformat(now))
        self.visited.append(now)
        return await self.progress(name)

    async def progress(self, name):
        if name == "b" and self.applied < self.head:
            self.applied += 1
            self.due["b"].append(self.now["b"] + DAY)
        for at in [at for at in self.due[name] if at <= self.now[name]]:
            self.due[name].remove(at)
            self.fired.append((name, at))
            self.head += name == "a"
        heads = {"a": {"0": self.head}} if name == "a" else {}
        applied = {"a": {"0": self.applied}} if name == "b" else {}
        waiting = min(self.due[name], default=None)
        due = waiting.isoformat() if waiting else None
        return {"heads": heads, "applied": applied, "busy": 0, "next_due_at": due}


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    monkeypatch.setattr(moving, "POLL", 0)
    monkeypatch.setattr(moving, "GRACE", 0.05)


async def test_what_follows_from_one_due_time_meets_the_next_at_its_own_time():
    services = FakeServices({"a": [START + DAY, START + 5 * DAY], "b": []})
    found = await move_clock(services, ClockMove(advance="P7D"))
    assert services.fired == [
        ("a", START + DAY),
        ("b", START + 2 * DAY),
        ("a", START + 5 * DAY),
        ("b", START + 6 * DAY),
    ]
    assert (found.now, found.steps, found.fired, found.stuck) == (START + 7 * DAY, 5, 4, ())


async def test_without_anything_due_it_is_one_step():
    services = FakeServices({"a": [], "b": []})
    found = await move_clock(services, ClockMove(to=START + DAY))
    assert (found.steps, found.fired) == (1, 0) and len(services.visited) == 2


async def test_work_that_does_not_move_is_told_and_passed_by():
    services = FakeServices({"a": [], "b": []})
    inner = services.progress

    async def stuck(name):
        await asyncio.sleep(0)
        return {**await inner(name), "busy": int(name == "a")}

    services.progress = stuck
    assert (await move_clock(services, ClockMove(advance="PT1H"))).stuck == ("a",)


async def test_a_service_that_starts_again_is_waited_for():
    services = FakeServices({"a": [START + DAY], "b": []})
    inner, tries = services.move_clock, []

    async def starting(name, now):
        tries.append(name)
        if tries.count("b") == 1 and name == "b":
            raise ServiceAway()
        return await inner(name, now)

    services.move_clock = starting
    await move_clock(services, ClockMove(to=START + DAY))
    assert set(services.now.values()) == {START + DAY} and services.fired == [("a", START + DAY)]


async def test_a_move_that_was_cut_short_is_completed_by_the_next():
    services = FakeServices({"a": [], "b": [START + DAY, START + 2 * DAY]})
    services.now["a"] = START + 3 * DAY
    found = await move_clock(services, ClockMove(to=START + 3 * DAY))
    assert services.now["b"] == START + 3 * DAY and found.fired == 2
    assert [at for _, at in services.fired] == [START + DAY, START + 2 * DAY]


async def test_what_a_service_no_longer_waits_for_is_told_and_costs_no_grace(monkeypatch):
    monkeypatch.setattr(moving, "GRACE", 60)
    services = FakeServices({"a": [], "b": []})
    inner = services.progress

    async def fails(name):
        return {**await inner(name), "stuck": int(name == "a")}

    services.progress = fails
    found = await asyncio.wait_for(move_clock(services, ClockMove(advance="PT1H")), 5)
    assert found.stuck == ("a",)


@pytest.mark.parametrize(
    "move",
    [
        ClockMove(),
        ClockMove(advance="P1D", to=START + DAY),
        ClockMove(advance="P1Y"),
        ClockMove(to=START - DAY),
        ClockMove(to=START.replace(tzinfo=None) + DAY),
    ],
)
async def test_the_clock_moves_forward_only_and_where_it_is_told(move):
    with pytest.raises(TimeRefused):
        await move_clock(FakeServices({"a": [], "b": []}), move)
