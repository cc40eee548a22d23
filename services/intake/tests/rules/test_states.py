from datetime import date
from uuid import UUID, uuid4

import pytest
from intake.rules import clients, episodes, inquiries
from intake.rules.access import Level
from intake.rules.clients import age_band, age_on, record_number, sees_minimum_only, told_fields
from intake.rules.danger import DangerFlag, emergency_text
from intake.rules.disclosures import is_part2
from intake.rules.inquiries import ContactOutcome, Disposition, InquiryStatus


@pytest.mark.parametrize(
    ("table", "states"),
    [
        (inquiries.NEXT, inquiries.InquiryStatus),
        (clients.NEXT, clients.ClientStatus),
        (episodes.NEXT, episodes.EpisodeStatus),
    ],
)
def test_every_state_says_what_may_follow(table, states):
    assert set(table) == set(states)


def test_an_open_episode_is_one_that_can_go_on():
    assert {status for status, following in episodes.NEXT.items() if following} == episodes.OPEN


def test_only_who_was_reached_is_contacted():
    reached = {o for o in ContactOutcome if inquiries.is_first_contact(InquiryStatus.TRIAGED, o)}
    assert reached == {ContactOutcome.REACHED}
    assert not inquiries.is_first_contact(InquiryStatus.CONTACTED, ContactOutcome.REACHED)


def test_an_emergency_closes_by_disposition():
    assert inquiries.lacks_disposition(Level.EMERGENT, None)
    assert not inquiries.lacks_disposition(Level.EMERGENT, Disposition.LINE_988)
    assert not inquiries.lacks_disposition(Level.ROUTINE, None)
    assert not inquiries.lacks_disposition(None, None)


@pytest.mark.parametrize("language", ["en", "es", "es-MX", "ES", "fr", "so"])
@pytest.mark.parametrize("flag", DangerFlag)
def test_who_is_in_danger_is_told_of_988(language, flag):
    text = emergency_text([flag], language)
    assert text
    assert "988" in text
    assert "911" in text


def test_without_danger_there_is_no_emergency_text():
    assert emergency_text([], "en") is None


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(2008, 11, 24), 17),
        (date(2008, 11, 23), 18),
        (date(2008, 11, 22), 18),
        (date(2004, 2, 29), 22),
    ],
)
def test_age(born, age):
    assert age_on(born, date(2026, 11, 23)) == age


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2008, 11, 24), "minor"),
        (date(2008, 11, 23), "adult"),
        (date(1961, 11, 24), "adult"),
        (date(1961, 11, 23), "older"),
    ],
)
def test_age_bands(born, band):
    assert age_band(born, date(2026, 11, 23)) == band


def test_record_numbers_are_short_and_do_not_repeat():
    made = {record_number(uuid4()) for _ in range(2000)}
    assert len(made) == 2000
    assert all(len(number) == 12 for number in made)
    assert record_number(UUID(int=0)) == "00000-000000"


def test_the_front_desk_sees_the_minimum_and_a_service_does_not():
    assert sees_minimum_only(frozenset({"front_desk"}))
    assert not sees_minimum_only(frozenset({"front_desk", "intake_coordinator"}))
    assert not sees_minimum_only(frozenset())


def test_what_is_voluntary_is_not_even_named_in_events():
    assert told_fields({"phone", "gender_identity", "sexual_orientation", "pronouns", "address"}) == (
        "address",
        "phone",
    )


@pytest.mark.parametrize(
    ("said", "program", "own", "expected"),
    [
        (True, None, (), True),
        (False, UUID(int=1), (), True),
        (False, UUID(int=2), (1,), False),
        (False, None, (1, 2), True),
        (False, None, (2,), False),
        (False, None, (), False),
    ],
)
def test_part2_by_program_or_by_history(said, program, own, expected):
    programs = [UUID(int=one) for one in own]
    assert is_part2(said=said, program_id=program, part2_programs={UUID(int=1)}, own_programs=programs) is expected
