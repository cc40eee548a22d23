from datetime import date

import pytest
from authorizations.rules.service_codes import (
    CodeScheme,
    Rounding,
    ServiceKind,
    canonical,
    collides,
    quarter_hours,
    suggest,
)

DAY = date(2026, 12, 1)
K = ServiceKind


def codes(service: ServiceKind, minutes: int, **more: object) -> list[tuple[str, int]]:
    return [(line.code, line.units) for line in suggest(service, minutes, DAY, **more).lines]


@pytest.mark.parametrize(
    ("minutes", "code"),
    [(0, None), (15, None), (16, "90832"), (37, "90832"), (38, "90834"), (52, "90834"), (53, "90837"), (180, "90837")],
)
def test_individual_therapy_is_coded_by_its_minutes(minutes, code):
    assert suggest(K.INDIVIDUAL, minutes, DAY).code == code


@pytest.mark.parametrize("minutes", range(241))
def test_every_minute_has_at_most_one_individual_code_and_from_sixteen_on_exactly_one(minutes):
    assert len(codes(K.INDIVIDUAL, minutes)) == (1 if minutes >= 16 else 0)


@pytest.mark.parametrize(
    ("minutes", "present", "code"),
    [(25, False, None), (26, False, "90846"), (25, True, None), (26, True, "90847"), (50, True, "90847")],
)
def test_family_therapy_needs_26_minutes_and_depends_on_presence(minutes, present, code):
    assert suggest(K.FAMILY, minutes, DAY, client_present=present).code == code


@pytest.mark.parametrize(
    ("service", "code"),
    [(K.GROUP, "90853"), (K.MULTI_FAMILY_GROUP, "90849"), (K.EVALUATION, "90791"), (K.EVALUATION_MEDICAL, "90792")],
)
@pytest.mark.parametrize("minutes", [1, 90])
def test_untimed_services_have_one_line_whatever_the_minutes(service, code, minutes):
    assert codes(service, minutes) == [(code, 1)]


@pytest.mark.parametrize(
    ("minutes", "lines"),
    [
        (15, []),
        (16, [("90832", 1)]),
        (29, [("90832", 1)]),
        (30, [("90839", 1)]),
        (74, [("90839", 1)]),
        (75, [("90839", 1), ("90840", 1)]),
        (104, [("90839", 1), ("90840", 1)]),
        (105, [("90839", 1), ("90840", 2)]),
        (134, [("90839", 1), ("90840", 2)]),
        (135, [("90839", 1), ("90840", 3)]),
    ],
)
def test_crisis_therapy_adds_a_block_for_each_half_hour_beyond_74_minutes(minutes, lines):
    assert codes(K.CRISIS, minutes) == lines


@pytest.mark.parametrize(
    ("minutes", "units"), [(0, 0), (7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (60, 4)]
)
def test_quarter_hours_change_at_the_midpoint(minutes, units):
    assert quarter_hours(minutes) == units


@pytest.mark.parametrize(("minutes", "units"), [(14, 0), (15, 1), (29, 1), (30, 2)])
def test_some_payers_count_full_quarter_hours_only(minutes, units):
    assert quarter_hours(minutes, Rounding.FULL) == units


@pytest.mark.parametrize(
    ("service", "scheme", "code"),
    [
        (K.CASE_MANAGEMENT, CodeScheme.CPT, "T1017"),
        (K.COUNSELING, CodeScheme.CPT, "H0004"),
        (K.INDIVIDUAL, CodeScheme.HCPCS, "H0004"),
        (K.CRISIS, CodeScheme.HCPCS, "H2011"),
    ],
)
def test_fifteen_minute_codes_count_units(service, scheme, code):
    assert codes(service, 45, scheme=scheme) == [(code, 3)]


@pytest.mark.parametrize("service", [K.EVALUATION, K.EVALUATION_MEDICAL, K.INDIVIDUAL, K.GROUP])
def test_interactive_complexity_stands_beside_evaluation_individual_and_group(service):
    assert ("90785", 1) in codes(service, 60, interactive=True)


@pytest.mark.parametrize("service", [K.FAMILY, K.CRISIS, K.MULTI_FAMILY_GROUP])
def test_interactive_complexity_is_refused_beside_family_and_crisis(service):
    found = suggest(service, 60, DAY, interactive=True)
    assert found.refused == ("90785",)
    assert "90785" not in [line.code for line in found.lines]


def test_no_row_is_an_answer_with_its_reason():
    assert suggest(K.PSYCHIATRIC, 30, DAY).reason == "no_rule_for_service"
    assert suggest(K.INDIVIDUAL, 10, DAY).reason == "too_short"
    assert suggest(K.INDIVIDUAL, 50, date(2012, 12, 31)).code is None


@pytest.mark.parametrize(
    ("code", "others", "verdict"),
    [
        ("90839", ["90834"], True),
        ("90834", ["90839"], True),
        ("90839", ["T1017"], False),
        ("90834", ["90853"], False),
        ("T1017", ["90839"], False),
    ],
)
def test_crisis_never_stands_beside_other_psychotherapy_on_one_day(code, others, verdict):
    assert collides(code, others) is verdict


@pytest.mark.parametrize(
    ("kind", "service"),
    [
        ("individual", K.INDIVIDUAL),
        ("couple", K.FAMILY),
        ("group_session", K.GROUP),
        ("intake", K.EVALUATION),
        ("supervision", None),
        ("no_show", None),
        ("something_new", K.OTHER),
    ],
)
def test_kinds_of_appointments_and_notes_name_one_service_or_none(kind, service):
    assert canonical(kind) is service
