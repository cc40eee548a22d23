from datetime import UTC, datetime, timedelta

from gateway.rules.durations import duration
from gateway.rules.quiet import Progress, lagging, next_step, working

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def report(service, heads=None, applied=None, busy=0):
    return Progress(service, heads or {}, applied or {}, busy)


def test_who_applied_all_that_was_told_does_not_lag():
    told = report("intake", heads={"intake": {"0": 5, "3": 7}})
    assert lagging([told, report("scheduling", applied={"intake": {"0": 5, "3": 7}})]) == set()
    assert lagging([told, report("scheduling", applied={"intake": {"0": 5, "3": 6}})]) == {"scheduling"}


def test_a_partition_never_heard_of_lags():
    assert lagging([report("intake", heads={"intake": {"4": 1}}), report("b", applied={"intake": {"0": 9}})]) == {"b"}


def test_a_topic_not_listened_to_does_not_matter():
    assert lagging([report("intake", heads={"intake": {"0": 5}}), report("b", applied={"other": {"0": 1}})]) == set()


def test_work_in_hand_beyond_what_is_stuck_counts():
    assert working([report("a", busy=1), report("b")], {}) == {"a"}
    assert working([report("a", busy=1)], {"a": 1}) == set()
    assert working([report("a", busy=2)], {"a": 1}) == {"a"}


def test_the_clock_stops_at_the_next_due_time_and_not_beyond_the_target():
    assert next_step([NOW + DAY, NOW + 3 * DAY], NOW + 2 * DAY, NOW) == NOW + DAY
    assert next_step([NOW + 3 * DAY, None], NOW + 2 * DAY, NOW) == NOW + 2 * DAY
    assert next_step([NOW + 2 * DAY], NOW + 2 * DAY, NOW) == NOW + 2 * DAY
    assert next_step([NOW - DAY], NOW + DAY, NOW) == NOW


def test_durations_of_fixed_length_are_read():
    assert duration("P7D") == duration("P1W") == 7 * DAY
    assert duration("PT90M") == timedelta(minutes=90)
    assert duration("P1DT2H3M4S") == timedelta(days=1, hours=2, minutes=3, seconds=4)


def test_what_has_no_fixed_length_or_no_length_is_none():
    for text in ("", "P", "PT", "P1D1", "P1Y", "P1M", "-P1D", "7d", "P1DT", "P999999D", "P1.5D"):
        assert duration(text) is None
