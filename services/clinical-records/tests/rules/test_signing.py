from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from clinical_records.rules.signing import (
    Signer,
    Validity,
    Verdict,
    content_hash,
    decide,
    is_valid_on,
    link_hash,
    refusal_to_cosign,
)

LICENSED = Signer(True, True, False, False, True, None)
ASSOCIATE = Signer(True, False, True, False, True, UUID(int=1))


@pytest.mark.parametrize(
    ("signer", "verdict"),
    [
        (LICENSED, Verdict.FINAL),
        (replace(LICENSED, is_known=False), Verdict.UNKNOWN_SIGNER),
        (replace(LICENSED, has_valid_credential=False), Verdict.NOT_CREDENTIALED),
        (replace(LICENSED, can_sign_independently=False), Verdict.NOT_CREDENTIALED),
        (ASSOCIATE, Verdict.PENDING_COSIGN),
        (replace(ASSOCIATE, supervisor_id=None), Verdict.NO_SUPERVISOR),
        (replace(LICENSED, is_student=True, supervisor_id=UUID(int=1)), Verdict.PENDING_COSIGN),
        (replace(LICENSED, is_student=True), Verdict.NO_SUPERVISOR),
    ],
)
def test_who_may_sign_and_how_far_it_goes(signer: Signer, verdict: Verdict) -> None:
    assert decide(signer) is verdict


@pytest.mark.parametrize(("day", "valid"), [(9, False), (10, True), (20, True), (21, False)])
def test_a_credential_holds_on_both_its_end_days(day: int, valid: bool) -> None:
    found = (Validity(date(2026, 11, 10), date(2026, 11, 20)),)
    assert is_valid_on(found, date(2026, 11, day)) == valid


def test_without_any_credential_told_the_profile_speaks() -> None:
    assert is_valid_on((), date(2026, 11, 23))


def test_an_author_never_cosigns_and_only_the_assigned_supervisor_does() -> None:
    author, supervisor = uuid4(), uuid4()
    assert refusal_to_cosign(author, author, author)
    assert refusal_to_cosign(author, supervisor, uuid4())
    assert refusal_to_cosign(author, None, uuid4())
    assert refusal_to_cosign(author, supervisor, supervisor) is None


def test_hashes_depend_on_content_and_place_but_not_on_order() -> None:
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1}) != content_hash({"a": 1, "b": 3})
    assert link_hash("x", 2, "note", "h") != link_hash("y", 2, "note", "h") != link_hash("y", 3, "note", "h")
