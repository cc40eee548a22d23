"""What an emergency opens, and when it is looked back at."""

from datetime import UTC, date, datetime

import pytest
from gateway.rules.break_glass import business_day_after, due_after, opened
from privacy import DataClass

NOW = datetime(2026, 11, 25, 21, tzinfo=UTC)
NEVER = {DataClass.PSYCHOTHERAPY_NOTE, DataClass.SUD_COUNSELING_NOTE, DataClass.MANDATED_REPORT}
ALWAYS = set(DataClass) - NEVER - {DataClass.PART2_RECORD}


@pytest.mark.parametrize("is_part2", [False, True])
@pytest.mark.parametrize("is_emergency", [False, True])
def test_no_grant_opens_a_psychotherapy_note_a_counseling_note_or_a_report(is_part2, is_emergency):
    found = opened(at=NOW, is_part2=is_part2, is_medical_emergency=is_emergency)
    assert NEVER & set(found) == set()


def test_a_grant_opens_the_record_but_what_stands_apart():
    assert set(opened(at=NOW, is_part2=False, is_medical_emergency=False)) == ALWAYS
    assert set(opened(at=NOW, is_part2=False, is_medical_emergency=False).values()) == {"phi-2"}


def test_part2_is_opened_by_a_medical_emergency_alone():
    assert opened(at=NOW, is_part2=True, is_medical_emergency=False) == {}
    found = opened(at=NOW, is_part2=True, is_medical_emergency=True)
    assert set(found) == ALWAYS | {DataClass.PART2_RECORD} and set(found.values()) == {"p2-2"}


def test_two_business_days_pass_over_a_holiday_and_a_weekend():
    thanksgiving = {date(2026, 11, 26)}
    assert business_day_after(date(2026, 11, 25), 2, thanksgiving) == date(2026, 11, 30)
    assert business_day_after(date(2026, 11, 23), 2, thanksgiving) == date(2026, 11, 25)
    assert business_day_after(date(2026, 11, 28), 1, ()) == date(2026, 11, 30)


def test_it_is_due_at_the_end_of_the_agencys_day():
    late = datetime(2026, 11, 24, 4, tzinfo=UTC)  # the 23rd in Chicago
    assert due_after(late, 2, "America/Chicago", ()) == datetime(2026, 11, 26, 5, 59, 59, tzinfo=UTC)
