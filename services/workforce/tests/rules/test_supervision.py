from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from workforce.rules.states import ZONE, begins, is_state
from workforce.rules.supervision import AssignmentStatus, covers, status_on

A = AssignmentStatus
FIRST, LAST, DAY = date(2026, 11, 1), date(2026, 11, 30), timedelta(days=1)


@pytest.mark.parametrize(
    ("today", "status"), [(FIRST - DAY, A.PROPOSED), (FIRST, A.ACTIVE), (LAST, A.ACTIVE), (LAST + DAY, A.ENDED)]
)
def test_both_days_belong_to_a_supervision(today, status):
    assert status_on(FIRST, LAST, today) is status
    assert covers(FIRST, LAST, today) is (status is A.ACTIVE)


def test_one_without_an_end_goes_on():
    assert status_on(FIRST, None, date(2099, 1, 1)) is A.ACTIVE
    assert covers(FIRST, None, date(2099, 1, 1))


def test_every_state_has_one_known_zone():
    assert len(ZONE) == 56
    assert all(ZoneInfo(zone) for zone in ZONE.values())
    assert is_state("IL")
    assert not is_state("XX")


def test_a_day_begins_later_in_the_west():
    assert begins(FIRST, ZONE["CA"]) - begins(FIRST, ZONE["NY"]) == timedelta(hours=3)
