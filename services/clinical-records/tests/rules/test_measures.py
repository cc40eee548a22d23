"""Scoring: every boundary of every table, and what holds for any answers."""

import pytest
from clinical_records.rules.measures import (
    INSTRUMENTS,
    NEXT,
    TAKES_ANSWERS,
    InstrumentCode,
    MeasureStatus,
    band_of,
    change,
    definition,
    faults,
    is_off_track,
    prorated,
    reaches_remission,
    score,
)
from hypothesis import given
from hypothesis import strategies as st

PHQ_9 = definition("phq-9")
GAD_7 = definition("gad-7")
PHQ_2 = definition("phq-2")
GAD_2 = definition("gad-2")
ANY = st.none() | st.integers(0, 3)


def spread(total: int, items: int) -> list[int]:
    return [min(3, max(0, total - 3 * n)) for n in range(items)]


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
        (15, "moderately_severe"), (19, "moderately_severe"), (20, "severe"), (27, "severe"),
    ],
)  # fmt: skip
def test_phq_9_bands_change_exactly_at_their_edges(total: int, band: str) -> None:
    result = score(PHQ_9, spread(total, 9))
    assert (result.total, result.band, result.is_positive) == (total, band, total >= 10)


@pytest.mark.parametrize(
    ("total", "band"),
    [(0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"), (15, "severe"),
     (21, "severe")],
)  # fmt: skip
def test_gad_7_bands_change_exactly_at_their_edges(total: int, band: str) -> None:
    result = score(GAD_7, spread(total, 7))
    assert (result.total, result.band, result.is_positive) == (total, band, total >= 10)


@pytest.mark.parametrize("instrument", [PHQ_2, GAD_2])
@pytest.mark.parametrize(("items", "positive"), [((2, 0), False), ((2, 1), True), ((3, 3), True), ((0, 0), False)])
def test_short_forms_are_positive_from_three(instrument: object, items: tuple[int, int], positive: bool) -> None:
    result = score(instrument, items)  # type: ignore[arg-type]
    assert (result.is_positive, result.band, result.item_alert) == (positive, None, False)


@pytest.mark.parametrize("instrument", [i for i in INSTRUMENTS.values() if i.bands])
def test_each_total_has_exactly_one_band_and_bands_never_fall(instrument: object) -> None:
    lows = [low for low, _ in instrument.bands]  # type: ignore[attr-defined]
    assert lows == sorted(lows, reverse=True) and lows[-1] == 0 and len(set(lows)) == len(lows)
    names = [band for _, band in reversed(instrument.bands)]  # type: ignore[attr-defined]
    found = [names.index(band_of(instrument, t) or "") for t in range(instrument.highest + 1)]  # type: ignore[arg-type, attr-defined]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("items", "total"),
    [
        ([3, 3, 3, 3, 3, 3, 3, 3, None], 27),
        ([1, 1, 1, 1, 0, 0, 0, 0, None], 5),  # 4 x 9 / 8 = 4.5, ties up
        ([2, 1, 0, 0, 0, 0, 0, None, None], 4),  # 3 x 9 / 7 = 3.86
        ([1, 0, 0, 0, 0, 0, 0, None, None], 1),  # 1.29
        ([None, 0, 0, 0, 0, 0, 0, 0, 0], 0),
    ],
)
def test_phq_9_prorates_one_or_two_missing_answers(items: list[int | None], total: int) -> None:
    result = score(PHQ_9, items)
    assert (result.total, result.is_prorated) == (total, True)


def test_phq_9_has_no_score_with_three_missing_answers() -> None:
    result = score(PHQ_9, [3, 3, 3, 3, 3, 3, None, None, None])
    assert (result.total, result.band, result.is_positive, result.missing) == (None, None, None, ("q7", "q8", "q9"))


@pytest.mark.parametrize("instrument", [GAD_7, PHQ_2, GAD_2])
def test_other_instruments_have_no_score_with_one_missing_answer(instrument: object) -> None:
    items = [0] * (len(instrument.items) - 1) + [None]  # type: ignore[attr-defined]
    assert score(instrument, items).total is None  # type: ignore[arg-type]


@pytest.mark.parametrize(("points", "answered", "total"), [(4, 8, 5), (12, 8, 14), (20, 8, 23), (7, 7, 9), (0, 7, 0)])
def test_half_points_are_rounded_up(points: int, answered: int, total: int) -> None:
    assert prorated(points, answered, 9) == total


def test_positive_item_nine_alerts_even_when_total_is_minimal() -> None:
    result = score(PHQ_9, [0, 0, 0, 0, 0, 0, 0, 0, 1])
    assert (result.total, result.band, result.item_alert) == (1, "minimal", True)


def test_item_nine_alerts_even_when_nothing_can_be_scored() -> None:
    assert score(PHQ_9, [None] * 8 + [2]).item_alert


@given(st.lists(ANY, min_size=9, max_size=9))
def test_alert_is_item_nine_alone_and_total_stays_in_range(items: list[int | None]) -> None:
    result = score(PHQ_9, items)
    assert result.item_alert == bool(items[8])
    assert (result.total is None) == (items.count(None) > 2)
    assert result.total is None or 0 <= result.total <= 27


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9), st.integers(0, 8))
def test_more_points_never_lower_the_total(items: list[int], at: int) -> None:
    more = [min(3, x + 1) if n == at else x for n, x in enumerate(items)]
    before, after = score(PHQ_9, items).total, score(PHQ_9, more).total
    assert before is not None and after is not None and after >= before


@pytest.mark.parametrize(
    ("items", "pointer"),
    [([0] * 8, "/items"), ([0] * 10, "/items"), ([0, 4] + [0] * 7, "/items/1"), ([-1] + [0] * 8, "/items/0")],
)
def test_faults_point_at_the_answer(items: list[int], pointer: str) -> None:
    assert faults(PHQ_9, items)[0].pointer == pointer


def test_right_answers_have_no_fault() -> None:
    assert faults(PHQ_9, [0, 1, 2, 3, None, 0, 0, 0, 0]) == ()


@pytest.mark.parametrize(
    ("current", "significant", "reliable"), [(14, False, False), (13, True, False), (12, True, True)]
)
def test_phq_9_change_is_significant_from_five_and_reliable_from_six_points(
    current: int, significant: bool, reliable: bool
) -> None:
    found = change(PHQ_9, 18, current)
    assert found and (found.is_significant, found.is_reliable_improvement) == (significant, reliable)


@pytest.mark.parametrize(("current", "reliable"), [(9, False), (8, True)])
def test_gad_7_change_is_reliable_from_four_points(current: int, reliable: bool) -> None:
    found = change(GAD_7, 12, current)
    assert found and found.is_reliable_improvement == reliable and found.is_remission is None


@pytest.mark.parametrize(
    ("baseline", "current", "response"), [(18, 9, True), (18, 10, False), (17, 8, True), (0, 0, False)]
)
def test_response_is_half_or_less(baseline: int, current: int, response: bool) -> None:
    found = change(PHQ_9, baseline, current)
    assert found and found.is_response == response


def test_deterioration_is_reliable_from_six_points_up() -> None:
    assert [c.is_reliable_deterioration for now in (15, 16) if (c := change(PHQ_9, 10, now))] == [False, True]


@pytest.mark.parametrize(
    ("earlier", "current", "reached"),
    [
        ([18], 4, True),
        ([18], 5, False),
        ([10], 4, True),
        ([9], 4, False),
        ([18, 4], 3, False),
        ([18, 4, 7], 3, True),
        ([], 3, False),
    ],
)
def test_remission_is_below_five_after_a_baseline_of_ten_and_told_once(
    earlier: list[int], current: int, reached: bool
) -> None:
    assert reaches_remission(PHQ_9, earlier, current) == reached


def test_gad_7_knows_no_remission() -> None:
    assert not reaches_remission(GAD_7, [18], 0)


@pytest.mark.parametrize(
    ("totals", "off"),
    [([18, 18, 18], False), ([18, 17, 16, 13], True), ([18, 17, 16, 12], False), ([10, 12, 14, 16], True)],
)
def test_off_track_after_four_administrations_without_reliable_improvement(totals: list[int], off: bool) -> None:
    assert is_off_track(PHQ_9, totals) == off


def test_loinc_total_is_never_the_panel() -> None:
    assert (GAD_7.panel_loinc, GAD_7.total_loinc) == ("69737-5", "70274-6")
    assert (PHQ_9.panel_loinc, PHQ_9.total_loinc) == ("44249-1", "44261-6")
    assert [i.loinc for i in PHQ_9.items] == [
        "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8",
    ]  # fmt: skip
    assert GAD_2.panel_loinc is None and GAD_2.total_loinc is None


def test_every_instrument_has_its_definition() -> None:
    assert set(INSTRUMENTS) == set(InstrumentCode)


def test_states_are_closed_and_only_open_ones_take_answers() -> None:
    assert set(NEXT) == set(MeasureStatus)
    assert {MeasureStatus.ASSIGNED, MeasureStatus.STARTED} == TAKES_ANSWERS
