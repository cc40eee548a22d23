from datetime import UTC, datetime

from referrals.rules.aftercare import NEXT, AftercareStatus, due_at, needs_follow_up


def test_the_follow_up_is_due_after_seven_days():
    assert due_at(datetime(2026, 11, 23, 9, tzinfo=UTC)) == datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_nobody_follows_up_a_person_who_died():
    assert not needs_follow_up("deceased")
    assert needs_follow_up("goals_met")
    assert needs_follow_up("no_contact")


def test_done_stays_done():
    assert {AftercareStatus.PLANNED: {AftercareStatus.DONE}, AftercareStatus.DONE: set()} == NEXT
