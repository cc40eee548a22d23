from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from scheduling.rules.appointments import (
    AWAITED,
    CANCELLATIONS,
    HOLDS_TIME,
    NEXT,
    UNSETTLED,
    Status,
    allowed_from,
    reminders,
)
from scheduling.rules.attendance import Flaw, Party, cancelled_status, flaw_of, may_be_no_show, minutes_between
from scheduling.rules.whose import may_cancel_as, may_use_clinic, may_write_calendar

START = datetime(2026, 12, 7, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NEW_YORK = "America/New_York"


def test_every_state_says_what_follows() -> None:
    assert set(NEXT) == set(Status)


def test_settled_states_are_final_and_give_their_time_back_unless_kept() -> None:
    final = {status for status, following in NEXT.items() if not following}
    assert final == CANCELLATIONS | {Status.KEPT, Status.NO_SHOW}
    assert final & HOLDS_TIME == {Status.KEPT}
    assert AWAITED < UNSETTLED < HOLDS_TIME


@pytest.mark.parametrize("status", sorted(Status))
def test_who_has_arrived_can_neither_be_cancelled_nor_missed(status: Status) -> None:
    escapes = NEXT[status] & (CANCELLATIONS | {Status.NO_SHOW})
    assert bool(escapes) is (status in AWAITED)


def test_a_refusal_can_say_what_is_allowed() -> None:
    assert allowed_from(Status.ARRIVED) == "in_session, kept"
    assert allowed_from(Status.KEPT) == "nothing"


@pytest.mark.parametrize(
    ("notice", "party", "status"),
    [
        (timedelta(hours=24), Party.CLIENT, Status.CANCELLED_CLIENT),
        (timedelta(hours=24) + SECOND, Party.CLIENT, Status.CANCELLED_CLIENT),
        (timedelta(hours=24) - SECOND, Party.CLIENT, Status.LATE_CANCEL),
        (-timedelta(hours=1), Party.CLIENT, Status.LATE_CANCEL),
        (timedelta(minutes=1), Party.PROVIDER, Status.CANCELLED_PROVIDER),
        (timedelta(minutes=1), Party.DISCHARGE, Status.CANCELLED_PROVIDER),
    ],
)
def test_exactly_a_day_is_not_late(notice: timedelta, party: Party, status: Status) -> None:
    assert cancelled_status(START, START - notice, party) is status


@pytest.mark.parametrize(
    ("after", "may"),
    [(timedelta(minutes=15) - SECOND, False), (timedelta(minutes=15), True), (timedelta(days=1), True)],
)
def test_no_show_after_fifteen_minutes(after: timedelta, may: bool) -> None:
    assert may_be_no_show(START, START + after) is may


@pytest.mark.parametrize(
    ("started", "length", "flaw"),
    [
        (START, timedelta(minutes=52), None),
        (START, timedelta(), Flaw.ENDS_BEFORE_IT_STARTS),
        (START, -SECOND, Flaw.ENDS_BEFORE_IT_STARTS),
        (START, timedelta(hours=12), None),
        (START, timedelta(hours=12) + SECOND, Flaw.TOO_LONG),
        (datetime(2026, 12, 7, 5, tzinfo=UTC), timedelta(hours=1), None),
        (datetime(2026, 12, 7, 4, 59, 59, tzinfo=UTC), timedelta(hours=1), Flaw.OTHER_DAY),
        (datetime(2026, 12, 8, 4, 59, 59, tzinfo=UTC), timedelta(hours=1), None),
        (datetime(2026, 12, 8, 5, tzinfo=UTC), timedelta(hours=1), Flaw.OTHER_DAY),
    ],
)
def test_session_times(started: datetime, length: timedelta, flaw: Flaw | None) -> None:
    assert flaw_of(started, started + length, service_date=START.date(), timezone=NEW_YORK) is flaw


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (59, 0), (60, 1), (52 * 60 + 59, 52), (53 * 60, 53)])
def test_a_begun_minute_does_not_count(seconds: int, minutes: int) -> None:
    assert minutes_between(START, START + timedelta(seconds=seconds)) == minutes


@pytest.mark.parametrize(
    ("notice", "hours"),
    [
        (timedelta(hours=72) + SECOND, [72, 24, 2]),
        (timedelta(hours=72), [24, 2]),
        (timedelta(hours=24), [2]),
        (timedelta(hours=2) + SECOND, [2]),
        (timedelta(hours=2), []),
    ],
)
def test_only_reminders_still_to_come(notice: timedelta, hours: list[int]) -> None:
    assert [h for h, _ in reminders(START, START - notice)] == hours


def test_whose_calendar() -> None:
    me, other = uuid4(), uuid4()
    assert may_write_calendar(me, "caseload", me)
    assert not may_write_calendar(me, "caseload", other)
    assert may_write_calendar(me, "agency", other)
    assert may_write_calendar(me, "own", other)
    assert not may_write_calendar(me, "own", other, has_client=False)
    assert not may_write_calendar(me, "none", other, has_client=False)


def test_which_clinic() -> None:
    here, there = uuid4(), uuid4()
    assert may_use_clinic(("*",), here)
    assert may_use_clinic((), here)
    assert may_use_clinic((str(here),), here)
    assert not may_use_clinic((str(there),), here)


@pytest.mark.parametrize(
    ("reach", "party", "may"),
    [
        ("own", Party.CLIENT, True),
        ("own", Party.PROVIDER, False),
        ("agency", Party.PROVIDER, True),
        ("caseload", Party.PROVIDER, True),
        ("agency", Party.DISCHARGE, False),
    ],
)
def test_a_client_cancels_as_a_client(reach: str, party: Party, may: bool) -> None:
    assert may_cancel_as(reach, party) is may
