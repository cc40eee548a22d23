from datetime import date, timedelta

import pytest
from intake.rules.consents import SignerRole
from intake.rules.guardianships import OF_MINORS, Authority, Custody, Standing, acts_as, custody_is_told, signs_alone

DAY = date(2026, 11, 23)


def standing(authority=Authority.PARENT, custody=Custody.JOINT, **more):
    return Standing(authority, custody if authority in OF_MINORS else None, DAY, **more)


@pytest.mark.parametrize("authority", Authority)
@pytest.mark.parametrize(("age", "is_minor"), [(0, True), (17, True), (18, False), (40, False)])
def test_a_parents_authority_ends_at_majority_and_an_adults_guardians_does_not(authority, age, is_minor):
    assert standing(authority).stands(age=age, day=DAY) is (is_minor or authority not in OF_MINORS)


@pytest.mark.parametrize("authority", sorted(OF_MINORS))
def test_without_custody_nobody_stands_for_a_minor(authority):
    assert [c for c in Custody if standing(authority, c).stands(age=9, day=DAY)] == [Custody.SOLE, Custody.JOINT]


@pytest.mark.parametrize(("days", "stands"), [(-1, False), (0, True), (30, True), (31, False)])
def test_it_holds_from_its_first_day_to_its_last(days, stands):
    until = standing(ends_on=DAY + timedelta(days=30))
    assert until.stands(age=9, day=DAY + timedelta(days=days)) is stands


def test_what_was_ended_stands_no_more():
    assert not standing(has_ended=True).stands(age=9, day=DAY)


@pytest.mark.parametrize("authority", Authority)
def test_custody_is_said_of_minors_and_of_nobody_else(authority):
    assert custody_is_told(authority, Custody.SOLE) is (authority in OF_MINORS)
    assert custody_is_told(authority, None) is (authority not in OF_MINORS)


@pytest.mark.parametrize(
    ("age", "law", "alone"), [(18, None, True), (17, None, False), (14, 14, True), (13, 14, False)]
)
def test_who_signs_alone(age, law, alone):
    assert signs_alone(age, law) is alone


def test_an_account_acts_as_client_only_with_that_role():
    assert acts_as(["client_portal"]) is SignerRole.CLIENT
    assert acts_as(["guardian"]) is acts_as([]) is SignerRole.GUARDIAN
