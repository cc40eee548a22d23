"""Assessments, discharges, the ends of days."""

from datetime import UTC, date, datetime

import pytest
from clinical_records.rules import assessments, discharges
from clinical_records.rules.assessments import Domain, DomainEntry, NotAssessed, missing_domains
from clinical_records.rules.discharges import missing_sections, unknown_sections
from clinical_records.rules.duties import day_of, days_after, end_of_day, start_of

CHICAGO = "America/Chicago"


def test_each_domain_needs_a_narrative_or_a_reason() -> None:
    told = {domain: DomainEntry(True, None) for domain in Domain}
    assert missing_domains(told) == ()
    assert missing_domains({**told, Domain.TRAUMA: DomainEntry(False, NotAssessed.DEFERRED)}) == ()
    assert missing_domains({**told, Domain.TRAUMA: DomainEntry(False, None)}) == (Domain.TRAUMA,)
    assert len(missing_domains({})) == len(Domain) == 21


def test_a_summary_has_its_sections() -> None:
    assert missing_sections({"services_given": "x", "progress": "x", "aftercare": ""}) == ("aftercare", "participation")
    assert unknown_sections({"progress": "x", "medications": "x", "gossip": "x"}) == ("gossip",)


def test_states_are_closed() -> None:
    assert set(assessments.NEXT) == set(assessments.AssessmentStatus)
    assert set(discharges.NEXT) == set(discharges.DischargeStatus)


@pytest.mark.parametrize(
    ("now", "day"), [(datetime(2026, 11, 24, 5, 59, tzinfo=UTC), 23), (datetime(2026, 11, 24, 6, tzinfo=UTC), 24)]
)
def test_a_day_is_the_agencys(now: datetime, day: int) -> None:
    assert day_of(now, CHICAGO) == date(2026, 11, day)
    assert end_of_day(now, CHICAGO).astimezone(UTC) > now


def test_review_days_bear_the_change_of_the_clock() -> None:
    due_on = days_after(datetime(2026, 10, 1, 12, tzinfo=UTC), 90, CHICAGO)
    assert due_on == date(2026, 12, 30)
    assert start_of(due_on, CHICAGO) == datetime(2026, 12, 30, 6, tzinfo=UTC)
