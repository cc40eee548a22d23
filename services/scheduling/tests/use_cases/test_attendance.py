from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from scheduling.errors import GraceNotOver, SessionNotOver, StateForbids
from scheduling.models import Appointment
from scheduling.rules.appointments import Status
from scheduling.schemas import Attendance, Cancellation, NewAppointment
from scheduling.use_cases.ask_for_attendance import ask_for_attendance
from scheduling.use_cases.book_appointment import book_appointment
from scheduling.use_cases.cancel_appointment import cancel_appointment
from scheduling.use_cases.record_arrival import record_arrival
from scheduling.use_cases.record_attendance import record_attendance
from scheduling.use_cases.record_no_show import record_no_show
from scheduling.use_cases.start_session import start_session
from scheduling.use_cases.tell_reminder_due import tell_reminder_due
from shared.db import Transaction
from shared.errors import Invalid


@pytest.fixture
async def booked(tx: Transaction, scene: Any) -> Appointment:
    return await book_appointment(tx, NewAppointment.model_validate(scene.wish()), by=tx.by)


def told(tx: Transaction) -> list[str]:
    return [type(event).NAME for _, event in tx.events]


async def timers(tx: Transaction, booked: Appointment) -> int:
    return int(await tx._driver.fetchval("SELECT count(*) FROM timer WHERE subject = $1", booked.id))


def session(booked: Appointment, *, minutes: int = 52) -> Attendance:
    return Attendance(started_at=booked.start_at, ended_at=booked.start_at + timedelta(minutes=minutes))


async def test_kept_with_its_minutes_and_no_clock_left(tx: Transaction, booked: Appointment) -> None:
    tx.now = booked.start_at + timedelta(minutes=52)
    kept = await record_attendance(tx, booked.id, session(booked), by=tx.by)
    assert (kept.status, kept.minutes) == (Status.KEPT, 52)
    assert told(tx) == ["appointment.booked.v1", "appointment.kept.v1"]
    event: Any = tx.events[-1][1]
    assert (event.minutes, event.service_date, event.timezone) == (52, booked.service_date, "America/New_York")
    assert await timers(tx, booked) == 0
    assert ("appointment.keep", booked.client_id) in {(a.action, a.client_id) for a in tx.audits}
    await tx.flush()


async def test_a_second_before_its_end_it_cannot_be_kept(tx: Transaction, booked: Appointment) -> None:
    tx.now = booked.start_at + timedelta(minutes=52) - timedelta(seconds=1)
    with pytest.raises(SessionNotOver):
        await record_attendance(tx, booked.id, session(booked), by=tx.by)


async def test_kept_is_final(tx: Transaction, booked: Appointment) -> None:
    tx.now = booked.end_at
    await record_attendance(tx, booked.id, session(booked), by=tx.by)
    with pytest.raises(StateForbids):
        await record_attendance(tx, booked.id, session(booked), by=tx.by)
    with pytest.raises(StateForbids):
        await cancel_appointment(tx, booked.id, Cancellation(), by=tx.by)


async def test_the_session_belongs_to_its_service_date(tx: Transaction, booked: Appointment) -> None:
    tx.now = booked.end_at + timedelta(days=2)
    wrong = Attendance(started_at=booked.start_at + timedelta(days=1), ended_at=booked.end_at + timedelta(days=1))
    with pytest.raises(Invalid):
        await record_attendance(tx, booked.id, wrong, by=tx.by)


async def test_arrived_then_in_session_then_kept(tx: Transaction, booked: Appointment) -> None:
    tx.now = booked.start_at
    await record_arrival(tx, booked.id, by=tx.by)
    await start_session(tx, booked.id, by=tx.by)
    with pytest.raises(StateForbids):
        await record_no_show(tx, booked.id, by=tx.by)
    tx.now = booked.end_at
    assert (await record_attendance(tx, booked.id, session(booked), by=tx.by)).status is Status.KEPT


async def test_no_show_after_the_grace_and_not_before(tx: Transaction, booked: Appointment) -> None:
    tx.now = booked.start_at + timedelta(minutes=15) - timedelta(seconds=1)
    with pytest.raises(GraceNotOver):
        await record_no_show(tx, booked.id, by=tx.by)
    tx.now = booked.start_at + timedelta(minutes=15)
    await record_no_show(tx, booked.id, by=tx.by)
    assert told(tx)[-1] == "appointment.no_show.v1"
    assert await timers(tx, booked) == 0


@pytest.mark.parametrize(
    ("notice", "status", "event"),
    [
        (timedelta(hours=24), Status.CANCELLED_CLIENT, "appointment.cancelled.v1"),
        (timedelta(hours=24) - timedelta(seconds=1), Status.LATE_CANCEL, "appointment.late_cancelled.v1"),
    ],
)
async def test_late_under_a_day(
    tx: Transaction, booked: Appointment, notice: timedelta, status: Status, event: str
) -> None:
    tx.now = booked.start_at - notice
    assert (await cancel_appointment(tx, booked.id, Cancellation(), by=tx.by)).status is status
    assert told(tx)[-1] == event


async def test_a_reminder_is_told_while_the_client_is_awaited(tx: Transaction, booked: Appointment) -> None:
    await tell_reminder_due(tx, booked.id, hours=72, by=tx.by)
    assert told(tx)[-1] == "reminder.due.v1"
    await record_arrival(tx, booked.id, by=tx.by)
    await tell_reminder_due(tx, booked.id, hours=24, by=tx.by)
    assert told(tx).count("reminder.due.v1") == 1


async def test_a_day_without_an_answer_asks_the_provider_once_and_the_answer_closes_it(
    tx: Transaction, booked: Appointment
) -> None:
    tx.now = booked.end_at + timedelta(hours=13)
    await ask_for_attendance(tx, booked.id, by=tx.by)
    await ask_for_attendance(tx, booked.id, by=tx.by)
    opened: list[Any] = [event for _, event in tx.events if type(event).NAME == "task.opened.v1"]
    assert [(t.kind, t.assignee_id) for t in opened] == [("attendance_missing", booked.provider_id)]
    await record_attendance(tx, booked.id, session(booked), by=tx.by)
    assert [e.task_id for _, e in tx.events if type(e).NAME == "task.closed.v1"] == [opened[0].task_id]  # type: ignore[attr-defined]


async def test_what_is_settled_asks_nobody(tx: Transaction, booked: Appointment, principal: Callable[..., Any]) -> None:
    await cancel_appointment(tx, booked.id, Cancellation(), by=principal("appointments:write"))
    await ask_for_attendance(tx, booked.id, by=tx.by)
    assert "task.opened.v1" not in told(tx)
