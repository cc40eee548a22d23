"""The biopsychosocial assessment: its domains, levels of care, and when it is complete.

Source: project convention after CCBHC criteria 4.d (SAMHSA 2023); level names are plain words, no licensed criteria.
Table version 2026-11-23.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AssessmentStatus(StrEnum):
    DRAFT = "draft"
    PENDING_COSIGN = "pending_cosign"
    FINAL = "final"
    AMENDED = "amended"
    VOID = "void"


NEXT: dict[AssessmentStatus, frozenset[AssessmentStatus]] = {
    AssessmentStatus.DRAFT: frozenset({AssessmentStatus.PENDING_COSIGN, AssessmentStatus.FINAL, AssessmentStatus.VOID}),
    AssessmentStatus.PENDING_COSIGN: frozenset({AssessmentStatus.FINAL, AssessmentStatus.DRAFT}),
    AssessmentStatus.FINAL: frozenset({AssessmentStatus.AMENDED}),
    AssessmentStatus.AMENDED: frozenset(),
    AssessmentStatus.VOID: frozenset(),
}


class LevelOfCare(StrEnum):
    OUTPATIENT = "outpatient"
    INTENSIVE_OUTPATIENT = "iop"
    PARTIAL_HOSPITAL = "php"
    RESIDENTIAL = "residential"
    INPATIENT = "inpatient"


class Domain(StrEnum):
    PRESENTING_PROBLEM = "presenting_problem"
    HISTORY_OF_PRESENT_ILLNESS = "history_of_present_illness"
    PSYCHIATRIC_HISTORY = "psychiatric_history"
    SUBSTANCE_USE = "substance_use"
    MEDICAL = "medical"
    FAMILY = "family"
    DEVELOPMENTAL = "developmental"
    TRAUMA = "trauma"
    SOCIAL = "social"
    EDUCATION_WORK_MILITARY = "education_work_military"
    LEGAL = "legal"
    HOUSING_FINANCIAL = "housing_financial"
    SPIRITUALITY_CULTURE = "spirituality_culture"
    STRENGTHS_SUPPORTS = "strengths_supports"
    FUNCTIONING = "functioning"
    MENTAL_STATUS = "mental_status"
    RISK = "risk"
    DIAGNOSTIC_IMPRESSION = "diagnostic_impression"
    LEVEL_OF_CARE = "level_of_care"
    INITIAL_GOALS = "initial_goals"
    OWN_WORDS = "own_words"


class NotAssessed(StrEnum):
    DEFERRED = "deferred"
    DECLINED = "declined"
    NOT_APPLICABLE = "not_applicable"
    UNABLE = "unable"


@dataclass(frozen=True)
class DomainEntry:
    has_narrative: bool
    not_assessed: NotAssessed | None


def missing_domains(entries: Mapping[Domain, DomainEntry]) -> tuple[Domain, ...]:
    """Domains with neither a narrative nor a reason why there is none."""
    return tuple(d for d in Domain if d not in entries or not is_answered(entries[d]))


def is_answered(entry: DomainEntry) -> bool:
    return entry.has_narrative or entry.not_assessed is not None
