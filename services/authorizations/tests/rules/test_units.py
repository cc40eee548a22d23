from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from authorizations.rules.service_codes import Rounding
from authorizations.rules.units import (
    Balance,
    EntryKind,
    UnitKind,
    choose,
    consume,
    consumed,
    covers,
    is_low,
    open_reserve,
    release,
    reserve,
    reverse,
    units_for,
)
from hypothesis import given
from hypothesis import strategies as st


@dataclass(frozen=True)
class Window:
    id: UUID
    valid_from: date = date(2026, 12, 1)
    valid_until: date = date(2026, 12, 31)
    terminated_on: date | None = None
    unit_kind: UnitKind = UnitKind.VISIT
    rounding: Rounding = Rounding.MIDPOINT
    approved: int = 1
    used: int = 0
    reserved: int = 0


@dataclass(frozen=True)
class Entry:
    authorization_id: UUID
    kind: EntryKind
    units: int = 1


A, B = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("on", "inside"),
    [(date(2026, 11, 30), False), (date(2026, 12, 1), True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)],
)
def test_the_window_includes_both_its_days(on, inside):
    assert covers(Window(A), on) is inside


@pytest.mark.parametrize(("on", "inside"), [(date(2026, 12, 10), True), (date(2026, 12, 11), False)])
def test_a_termination_still_covers_its_own_day(on, inside):
    assert covers(Window(A, terminated_on=date(2026, 12, 10)), on) is inside


def test_of_several_the_one_that_ends_first_is_taken():
    later, sooner = Window(A), Window(B, valid_until=date(2026, 12, 15))
    assert choose([later, sooner], date(2026, 12, 10), 50) is sooner
    assert choose([later, sooner], date(2026, 12, 16), 50) is later


def test_a_full_one_is_passed_over_and_without_room_there_is_none():
    full = Window(B, valid_until=date(2026, 12, 15), reserved=1)
    assert choose([Window(A), full], date(2026, 12, 10), 50).id == A
    assert choose([full], date(2026, 12, 10), 50) is None


@pytest.mark.parametrize(
    ("approved", "used", "low"),
    [
        (12, 9, False),
        (12, 10, True),
        (5, 2, False),
        (5, 3, True),
        (100, 79, False),
        (100, 80, True),
        (2, 0, True),
        (11, 8, False),
    ],
)
def test_units_are_low_at_two_or_a_fifth_of_what_was_approved(approved, used, low):
    assert is_low(Balance(approved, used)) is low


def test_what_is_reserved_is_still_there_and_does_not_count_as_low():
    assert not is_low(Balance(12, used=0, reserved=12))


@given(st.integers(1, 50), st.lists(st.tuples(st.sampled_from(EntryKind), st.integers(1, 4)), max_size=60))
def test_no_order_of_movements_overspends(approved, movements):
    balance = Balance(approved)
    for kind, units in movements:
        after = {
            EntryKind.RESERVE: reserve(balance, units).after,
            EntryKind.RELEASE: release(balance, units).after,
            EntryKind.CONSUME: consume(balance, units, min(units, balance.reserved)).after,
            EntryKind.REVERSE: reverse(balance, units).after,
            EntryKind.ADJUST: replace(balance, approved=balance.approved + units),
        }[kind]
        assert after.is_sound or kind is not EntryKind.CONSUME
        balance = after if after.is_sound else balance
        assert balance.approved == balance.used + balance.reserved + balance.available


def test_a_session_longer_than_what_was_held_spends_no_more_than_is_left():
    assert consume(Balance(4, used=1, reserved=2), 5, 2).units == 3
    assert consume(Balance(4, used=2, reserved=2), 5, 2).units == 2


@pytest.mark.parametrize(
    ("kind", "minutes", "units"),
    [
        (UnitKind.VISIT, 5, 1),
        (UnitKind.DAY, 600, 1),
        (UnitKind.HOUR, 60, 1),
        (UnitKind.HOUR, 61, 2),
        (UnitKind.QUARTER_HOUR, 5, 1),
        (UnitKind.QUARTER_HOUR, 22, 1),
        (UnitKind.QUARTER_HOUR, 23, 2),
    ],
)
def test_a_session_takes_units_by_their_kind_and_at_least_one(kind, minutes, units):
    assert units_for(kind, minutes) == units


def test_a_reserve_is_open_until_it_is_released_or_consumed():
    held = Entry(A, EntryKind.RESERVE)
    assert open_reserve([held]) is held
    assert open_reserve([held, Entry(A, EntryKind.RELEASE)]) is None
    assert open_reserve([held, Entry(A, EntryKind.CONSUME)]) is None
    assert open_reserve([held, Entry(A, EntryKind.RELEASE), Entry(B, EntryKind.RESERVE)]).authorization_id == B


def test_a_consumption_stands_until_it_is_reversed():
    spent = Entry(A, EntryKind.CONSUME)
    assert consumed([Entry(A, EntryKind.RESERVE), spent]) is spent
    assert consumed([spent, Entry(A, EntryKind.REVERSE)]) is None


def test_the_same_end_is_decided_by_the_id():
    assert choose([Window(B), Window(A)], date(2026, 12, 2), 50).id == A
    assert date(2026, 12, 31) - Window(A).valid_until == timedelta()
