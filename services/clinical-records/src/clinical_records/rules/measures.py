"""Questionnaires: their items, scoring, bands, change rules and codes. Texts are content packs and not shipped here.

Sources: PHQ-9, PHQ-2 (Kroenke, Spitzer, Williams 2001, 2003; missing answers as in the NHS Data Dictionary), GAD-7 and
GAD-2 (Spitzer et al. 2006; Kroenke et al. 2007), reliable change and recovery as in the NHS Talking Therapies manual,
LOINC codes as in US Core and LOINC 2.80. A code that could not be verified is None. Table version 2026-11-23.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class InstrumentCode(StrEnum):
    PHQ_9 = "phq-9"
    PHQ_2 = "phq-2"
    GAD_7 = "gad-7"
    GAD_2 = "gad-2"


class MeasureStatus(StrEnum):
    ASSIGNED = "assigned"
    STARTED = "started"
    COMPLETED = "completed"
    SCORED = "scored"
    INVALID = "invalid"
    EXPIRED = "expired"
    DECLINED = "declined"
    VOIDED = "voided"


class MeasureOccasion(StrEnum):
    INTAKE = "intake"
    ROUTINE = "routine"
    REVIEW = "review"
    DISCHARGE = "discharge"


NEXT: dict[MeasureStatus, frozenset[MeasureStatus]] = {
    MeasureStatus.ASSIGNED: frozenset({MeasureStatus.STARTED, MeasureStatus.EXPIRED, MeasureStatus.DECLINED}),
    MeasureStatus.STARTED: frozenset({MeasureStatus.COMPLETED}),
    MeasureStatus.COMPLETED: frozenset({MeasureStatus.SCORED, MeasureStatus.INVALID}),
    MeasureStatus.SCORED: frozenset({MeasureStatus.VOIDED}),
    MeasureStatus.INVALID: frozenset(),
    MeasureStatus.EXPIRED: frozenset(),
    MeasureStatus.DECLINED: frozenset(),
    MeasureStatus.VOIDED: frozenset(),
}
TAKES_ANSWERS = frozenset({MeasureStatus.ASSIGNED, MeasureStatus.STARTED})
REPEAT_EVERY = timedelta(weeks=4)
EXPIRES_AFTER = timedelta(days=30)
ON_TRACK_FROM = 4
INTAKE_WINDOW = timedelta(days=60)
"""Answers given this long before admission belong to the episode that they led to."""


@dataclass(frozen=True)
class Item:
    """One question, known by its number alone. `highest` is its highest answer; the lowest is 0."""

    id: str
    loinc: str | None = None
    highest: int = 3


@dataclass(frozen=True)
class ChangeRules:
    """How many points mean what. `remission_from` is the lowest baseline from which remission can be spoken of."""

    reliable_points: int
    recovered_below: int
    significant_points: int | None = None
    remission_below: int | None = None
    remission_from: int | None = None


@dataclass(frozen=True)
class Instrument:
    """A questionnaire as data. `bands` highest first; `most_missing` answers may lack and are prorated."""

    code: InstrumentCode
    version: str
    items: tuple[Item, ...]
    positive_from: int
    bands: tuple[tuple[int, str], ...] = ()
    most_missing: int = 0
    safety_items: tuple[str, ...] = ()
    unscored: tuple[Item, ...] = ()
    panel_loinc: str | None = None
    total_loinc: str | None = None
    answer_loincs: tuple[str, ...] = ()
    change: ChangeRules | None = None

    @property
    def highest(self) -> int:
        return sum(item.highest for item in self.items)


@dataclass(frozen=True)
class Score:
    """`total` is None when too many answers lack; the safety items speak even then."""

    total: int | None
    band: str | None
    is_positive: bool | None
    is_prorated: bool
    item_alert: bool
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong with the answers and where, as a JSON pointer."""

    pointer: str
    detail: str


@dataclass(frozen=True)
class Change:
    """From the baseline to now; fewer points are better. None: this instrument has no such rule."""

    points: int
    is_reliable_improvement: bool
    is_reliable_deterioration: bool
    is_response: bool
    is_recovered: bool
    is_significant: bool | None
    is_remission: bool | None


FREQUENCY_ANSWERS = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
PHQ_9_LOINCS = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")

INSTRUMENTS: dict[InstrumentCode, Instrument] = {
    InstrumentCode.PHQ_9: Instrument(
        code=InstrumentCode.PHQ_9,
        version="2026-11",
        items=tuple(Item(f"q{n}", loinc) for n, loinc in enumerate(PHQ_9_LOINCS, start=1)),
        positive_from=10,
        bands=((20, "severe"), (15, "moderately_severe"), (10, "moderate"), (5, "mild"), (0, "minimal")),
        most_missing=2,
        safety_items=("q9",),
        unscored=(Item("difficulty", "69722-7"),),
        panel_loinc="44249-1",
        total_loinc="44261-6",
        answer_loincs=FREQUENCY_ANSWERS,
        change=ChangeRules(
            reliable_points=6, recovered_below=10, significant_points=5, remission_below=5, remission_from=10
        ),
    ),
    InstrumentCode.PHQ_2: Instrument(
        code=InstrumentCode.PHQ_2,
        version="2026-11",
        items=(Item("q1", "44250-9"), Item("q2", "44255-8")),
        positive_from=3,
        panel_loinc="55757-9",
        total_loinc="55758-7",
        answer_loincs=FREQUENCY_ANSWERS,
    ),
    InstrumentCode.GAD_7: Instrument(
        code=InstrumentCode.GAD_7,
        version="2026-11",
        items=tuple(Item(f"q{n}") for n in range(1, 8)),
        positive_from=10,
        bands=((15, "severe"), (10, "moderate"), (5, "mild"), (0, "minimal")),
        panel_loinc="69737-5",
        total_loinc="70274-6",
        change=ChangeRules(reliable_points=4, recovered_below=8),
    ),
    InstrumentCode.GAD_2: Instrument(
        code=InstrumentCode.GAD_2,
        version="2026-11",
        items=(Item("q1"), Item("q2")),
        positive_from=3,
    ),
}


def definition(code: InstrumentCode | str) -> Instrument:
    return INSTRUMENTS[InstrumentCode(code)]


def faults(instrument: Instrument, items: Sequence[int | None]) -> tuple[Fault, ...]:
    """Too many or too few answers, or one outside its item's range."""
    if len(items) != len(instrument.items):
        return (Fault("/items", f"{instrument.code} has {len(instrument.items)} items; null stands for no answer."),)
    asked = enumerate(zip(instrument.items, items, strict=True))
    return tuple(
        Fault(f"/items/{n}", f"An answer is a whole number from 0 to {item.highest}.")
        for n, (item, answer) in asked
        if answer is not None and not 0 <= answer <= item.highest
    )


def score(instrument: Instrument, items: Sequence[int | None]) -> Score:
    """The total by the instrument's missing rule, its band, and whether a safety item asks for action."""
    answered = [answer for answer in items if answer is not None]
    pairs = list(zip(instrument.items, items, strict=True))
    missing = tuple(item.id for item, answer in pairs if answer is None)
    alert = any(answer is not None and answer >= 1 for item, answer in pairs if item.id in instrument.safety_items)
    if len(missing) > instrument.most_missing:
        return Score(None, None, None, False, alert, missing)
    total = prorated(sum(answered), len(answered), len(instrument.items))
    return Score(total, band_of(instrument, total), total >= instrument.positive_from, bool(missing), alert, missing)


def prorated(points: int, answered: int, asked: int) -> int:
    """points x asked / answered to the nearest whole number, ties up."""
    return (2 * points * asked + answered) // (2 * answered)


def band_of(instrument: Instrument, total: int) -> str | None:
    return next((band for lowest, band in instrument.bands if total >= lowest), None)


def change(instrument: Instrument, baseline: int, current: int) -> Change | None:
    """What the difference to the baseline means; None for an instrument without change rules."""
    rules = instrument.change
    if rules is None:
        return None
    drop = baseline - current
    return Change(
        points=current - baseline,
        is_reliable_improvement=drop >= rules.reliable_points,
        is_reliable_deterioration=-drop >= rules.reliable_points,
        is_response=drop > 0 and 2 * current <= baseline,
        is_recovered=baseline >= rules.recovered_below > current,
        is_significant=None if rules.significant_points is None else drop >= rules.significant_points,
        is_remission=None if rules.remission_below is None else is_remission(rules, baseline, current),
    )


def is_remission(rules: ChangeRules, baseline: int, current: int) -> bool:
    below, since = rules.remission_below, rules.remission_from
    return below is not None and since is not None and baseline >= since and current < below


def reaches_remission(instrument: Instrument, earlier: Sequence[int], current: int) -> bool:
    """True once: in remission against the first total, and the last total before was not yet."""
    rules = instrument.change
    if rules is None or not earlier or not is_remission(rules, earlier[0], current):
        return False
    return not is_remission(rules, earlier[0], earlier[-1])


def is_off_track(instrument: Instrument, totals: Sequence[int]) -> bool:
    """After four administrations or more: no reliable improvement on the first, or a reliable deterioration."""
    if len(totals) < ON_TRACK_FROM or instrument.change is None:
        return False
    return totals[0] - totals[-1] < instrument.change.reliable_points
