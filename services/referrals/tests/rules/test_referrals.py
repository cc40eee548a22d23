from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from privacy.decision import ConsentFacts, Verdict
from referrals.rules.referrals import (
    NEXT,
    SHARED,
    UNSENT,
    ReferralStatus,
    decide,
    status_after,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PANTRY, OTHER = UUID(int=1), UUID(int=2)
SECOND = timedelta(seconds=1)
ROI = ConsentFacts(
    UUID(int=9),
    "roi",
    NOW - timedelta(days=1),
    recipient_ids=frozenset({PANTRY}),
    purposes=frozenset({"TREAT"}),
    data_classes=frozenset({"contact", "needs"}),
)
S = ReferralStatus


def test_a_release_that_names_the_organization_permits():
    verdict = decide([ROI], PANTRY, at=NOW)
    assert (verdict.is_permitted, verdict.rule_id, verdict.consent_id) == (True, "phi-11", ROI.id)
    assert decide([replace(ROI, purposes=frozenset({"COC"}))], PANTRY, at=NOW).is_permitted


@pytest.mark.parametrize(
    "consent",
    [
        replace(ROI, is_active=False),
        replace(ROI, purposes=frozenset({"HPAYMT"})),
        replace(ROI, data_classes=frozenset({"needs"})),
        replace(ROI, type="treatment"),
        replace(ROI, type="part2_tpo"),
        replace(ROI, recipient_ids=frozenset({OTHER})),
        replace(ROI, recipient_ids=frozenset()),
        replace(ROI, effective_from=NOW + SECOND),
        replace(ROI, effective_until=NOW),
        replace(ROI, effective_until=NOW - SECOND),
    ],
)
def test_nothing_less_permits(consent):
    assert not decide([consent], PANTRY, at=NOW).is_permitted


@pytest.mark.parametrize("consent", [replace(ROI, effective_from=NOW), replace(ROI, effective_until=NOW + SECOND)])
def test_the_boundaries_belong_to_the_consent(consent):
    assert decide([consent], PANTRY, at=NOW).is_permitted


def test_no_consent_on_file_is_denied():
    assert decide([], PANTRY, at=NOW) == Verdict(False, "authorization-needed", "phi-12")


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        ("roi", False),
        ("part2_tpo", True),
        ("part2_specific", True),
        ("part2_intermediary", True),
        ("part2_legal", False),
    ],
)
def test_a_part_2_client_needs_a_part_2_consent(kind, allowed):
    assert decide([replace(ROI, type=kind)], PANTRY, is_part2=True, at=NOW).is_permitted is allowed


def test_a_consent_for_one_program_serves_that_program():
    consent = replace(ROI, type="part2_specific", program_ids=frozenset({OTHER}))
    assert decide([consent], PANTRY, is_part2=True, program_id=OTHER, at=NOW).is_permitted
    assert not decide([consent], PANTRY, is_part2=True, program_id=PANTRY, at=NOW).is_permitted


def test_the_course_of_a_referral():
    course = [S.DRAFT, S.NEEDS_CONSENT, S.READY, S.SENT, S.ACCEPTED, S.IN_PROGRESS, S.COMPLETED, S.LOOP_CLOSED]
    assert all(after in NEXT[before] for before, after in pairwise(course))
    assert set(NEXT) == set(S)


def test_what_was_sent_is_never_unsent():
    assert not any(NEXT[before] & UNSENT for before in set(S) - UNSENT)


@pytest.mark.parametrize("status", list(S))
def test_only_draft_to_in_progress_is_cancelled(status):
    open_ones = {S.DRAFT, S.NEEDS_CONSENT, S.READY, S.SENT, S.ACCEPTED, S.IN_PROGRESS}
    assert (S.CANCELLED in NEXT[status]) is (status in open_ones)


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("allowed", [True, False])
def test_a_decision_moves_unsent_referrals_only_and_only_legally(status, allowed):
    after = status_after(status, Verdict(allowed, "a reason", "a-1"))
    assert after is status or (status in UNSENT and after in NEXT[status])
    assert not SHARED & UNSENT
