from datetime import UTC, date, datetime, timedelta

import pytest
from referrals.rules.directory import ServiceStatus, is_stale, search_text, stale_at

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("days", "stale"), [(0, False), (179, False), (180, False), (181, True), (-1, False)])
def test_an_assurance_is_stale_after_180_days(days, stale):
    assert is_stale(TODAY - timedelta(days=days), TODAY) is stale


def test_a_service_never_assured_is_stale():
    assert is_stale(None, TODAY)


def test_the_clock_rings_on_the_first_stale_day():
    rings = stale_at(TODAY)
    assert rings == datetime(2027, 5, 23, tzinfo=UTC)
    assert is_stale(TODAY, rings.date())
    assert not is_stale(TODAY, rings.date() - timedelta(days=1))


def test_hsds_statuses_are_spelt_with_a_space():
    assert {s.value for s in ServiceStatus} == {"active", "inactive", "defunct", "temporarily closed"}


def test_search_text_is_one_lower_line():
    assert search_text("Food  Pantry", None, "Open\nto all") == "food pantry open to all"
