from datetime import timedelta
from typing import Any

from scheduling.schemas import NewSeries
from scheduling.timers import TIMERS
from scheduling.use_cases.book_series import book_series
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Database
from shared.run import settings_of
from shared.timers import TimerLoop


async def test_time_passes_reminders_are_told_and_the_provider_is_asked(
    database: Database, clock: Clock, scene: Any, agency: Any, superuser: Any, service: str
) -> None:
    """Committed, and fired by the loop: three reminders, then a task, each once, each at its due time."""
    by = Principal.system(service, agency_id=agency)
    async with database.transaction(by) as tx:
        made = await book_series(tx, NewSeries.model_validate(scene.series() | {"count": 1}), by=by)
    booked = made.appointments[0]
    clock.set(booked.end_at + timedelta(days=1))
    relay = Database(settings_of(service), service, clock, role="relay", size=1)
    loop = TimerLoop(database, relay, service, TIMERS, lambda: None)
    while await loop.round():
        pass
    await relay.close()
    found = await superuser.fetch(
        "SELECT type, time, data FROM outbox WHERE agency_id = $1 AND type IN ('reminder.due.v1', 'task.opened.v1') ORDER BY id",
        agency,
    )
    assert [row["type"] for row in found] == ["reminder.due.v1"] * 3 + ["task.opened.v1"]
    assert [booked.start_at - row["time"] for row in found[:3]] == [timedelta(hours=h) for h in (72, 24, 2)]
    assert found[3]["time"] > booked.end_at
