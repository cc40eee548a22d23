"""Suicide risk screener: skips, triage and what must follow. Item texts are not shipped; items are known by number.

Source: Columbia-Suicide Severity Rating Scale, screener, recent (LOINC panel 93373-9; skips as in its Questionnaire),
triage as printed with the screener. Follow-up times are a convention of this project. Table version 2026-11-23.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

PANEL_LOINC = "93373-9"
LEVEL_LOINC = "93374-7"
ITEM_LOINCS = {
    "q1": "93246-7",
    "q2": "93247-5",
    "q3": "93248-3",
    "q4": "93249-1",
    "q5": "93250-9",
    "q6a": "93267-3",
    "q6b": "93269-9",
}
ITEMS = tuple(ITEM_LOINCS)
ALWAYS_ASKED = frozenset({"q1", "q2", "q6a"})
ASKED_AFTER = {"q3": "q2", "q4": "q2", "q5": "q2", "q6b": "q6a"}


class RiskLevel(StrEnum):
    NONE_IDENTIFIED = "none_identified"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class RiskStatus(StrEnum):
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    SUPERSEDED = "superseded"


NEXT: dict[RiskStatus, frozenset[RiskStatus]] = {
    RiskStatus.IN_PROGRESS: frozenset({RiskStatus.COMPLETE}),
    RiskStatus.COMPLETE: frozenset({RiskStatus.SUPERSEDED}),
    RiskStatus.SUPERSEDED: frozenset(),
}
ORDER = tuple(RiskLevel)
ELEVATED = frozenset({RiskLevel.MODERATE, RiskLevel.HIGH})
TRIAGE: tuple[tuple[RiskLevel, frozenset[str]], ...] = (
    (RiskLevel.HIGH, frozenset({"q4", "q5", "q6b"})),
    (RiskLevel.MODERATE, frozenset({"q3", "q6a"})),
    (RiskLevel.LOW, frozenset({"q1", "q2"})),
)


@dataclass(frozen=True)
class Triage:
    """The highest level that is known. `contradictory` items say yes though they are not asked after a no."""

    level: RiskLevel
    is_complete: bool
    missing: tuple[str, ...]
    contradictory: tuple[str, ...]


@dataclass(frozen=True)
class FollowUp:
    """A duty after a level. `within` None means by the end of the day in the agency's zone."""

    kind: str
    rule: str
    within: timedelta | None = None
    role: str | None = None


FOLLOW_UPS: dict[RiskLevel, tuple[FollowUp, ...]] = {
    RiskLevel.HIGH: (
        FollowUp("page_supervisor", "c-ssrs.high.page", timedelta(minutes=15), "clinical_supervisor"),
        FollowUp("full_risk_assessment", "c-ssrs.high.same_day"),
        FollowUp("risk_contact", "c-ssrs.high.contact_24h", timedelta(hours=24)),
    ),
    RiskLevel.MODERATE: (
        FollowUp("full_risk_assessment", "c-ssrs.moderate.same_day"),
        FollowUp("risk_contact", "c-ssrs.moderate.contact_72h", timedelta(hours=72)),
    ),
    RiskLevel.LOW: (),
    RiskLevel.NONE_IDENTIFIED: (),
}


def triage(answers: Mapping[str, bool | None]) -> Triage:
    """The level by the highest yes, whatever is missing; complete when every item that is asked has its answer."""
    yes = {item for item in ITEMS if answers.get(item)}
    level = next((level for level, items in TRIAGE if items & yes), RiskLevel.NONE_IDENTIFIED)
    missing = tuple(item for item in ITEMS if is_asked(item, answers) and answers.get(item) is None)
    contradictory = tuple(item for item in ITEMS if item in yes and answers.get(ASKED_AFTER.get(item, "")) is False)
    return Triage(level, not missing and not contradictory, missing, contradictory)


def is_asked(item: str, answers: Mapping[str, bool | None]) -> bool:
    return item in ALWAYS_ASKED or answers.get(ASKED_AFTER[item]) is True


def is_above(level: RiskLevel, other: RiskLevel | None) -> bool:
    return other is None or ORDER.index(level) > ORDER.index(other)


def refusal_of_level(triaged: RiskLevel, chosen: RiskLevel, *, has_rationale: bool, is_supervisor: bool) -> str | None:
    """Why this level may not be chosen: triage is a floor, raising is free, lowering needs reasons."""
    if not is_above(triaged, chosen):
        return None
    if not has_rationale:
        return "A level below the triage needs a written rationale."
    if triaged is RiskLevel.HIGH and not is_supervisor:
        return "Only a clinical supervisor may set a level below a high triage."
    return None
