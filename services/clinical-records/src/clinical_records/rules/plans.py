"""The treatment plan: its states, what makes an objective measurable, and whose signature it needs.

Source: project convention after CCBHC criteria 4.e (review no less than every 6 months; default here 90 days).
Table version 2026-11-23.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

REVIEW_EVERY_DAYS = 90
LONGEST_REVIEW_DAYS = 183


class PlanStatus(StrEnum):
    DRAFT = "draft"
    AWAITING_SIGNATURES = "awaiting_signatures"
    ACTIVE = "active"
    UNDER_REVIEW = "under_review"
    CLOSED = "closed"


NEXT: dict[PlanStatus, frozenset[PlanStatus]] = {
    PlanStatus.DRAFT: frozenset({PlanStatus.AWAITING_SIGNATURES, PlanStatus.CLOSED}),
    PlanStatus.AWAITING_SIGNATURES: frozenset({PlanStatus.ACTIVE, PlanStatus.DRAFT, PlanStatus.CLOSED}),
    PlanStatus.ACTIVE: frozenset({PlanStatus.UNDER_REVIEW, PlanStatus.CLOSED}),
    PlanStatus.UNDER_REVIEW: frozenset({PlanStatus.ACTIVE, PlanStatus.CLOSED}),
    PlanStatus.CLOSED: frozenset(),
}
TAKES_SIGNATURES = frozenset({PlanStatus.DRAFT, PlanStatus.AWAITING_SIGNATURES, PlanStatus.UNDER_REVIEW})
EDITABLE = frozenset({PlanStatus.DRAFT, PlanStatus.UNDER_REVIEW})


class SignerKind(StrEnum):
    CLINICIAN = "clinician"
    CLIENT = "client"
    GUARDIAN = "guardian"
    SUPERVISOR = "supervisor"


class ReviewReason(StrEnum):
    SCHEDULED = "scheduled"
    LEVEL_OF_CARE = "level_of_care"
    CRISIS = "crisis"
    NOT_ON_TRACK = "not_on_track"
    CLIENT_ASKED = "client_asked"


class Responsible(StrEnum):
    CLIENT = "client"
    CLINICIAN = "clinician"
    CASE_MANAGER = "case_manager"
    FAMILY = "family"


PERSON = frozenset({SignerKind.CLIENT, SignerKind.GUARDIAN})
MEASURABLE = ("metric", "baseline", "target", "unit", "due_on", "responsible")


@dataclass(frozen=True)
class Gap:
    """What is missing in a plan and where, as a JSON pointer."""

    pointer: str
    detail: str


def gaps(body: Mapping[str, Any], today: date) -> tuple[Gap, ...]:
    """Everything for which this plan cannot be signed yet; none: every objective is measurable."""
    found: list[Gap] = [] if body["problems"] else [Gap("/problems", "A plan has at least one problem.")]
    for p, problem in enumerate(body["problems"]):
        if not problem["goals"]:
            found.append(Gap(f"/problems/{p}/goals", "A problem has at least one goal."))
        for g, goal in enumerate(problem["goals"]):
            at = f"/problems/{p}/goals/{g}/objectives"
            if not goal["objectives"]:
                found.append(Gap(at, "A goal has at least one objective."))
            for o, objective in enumerate(goal["objectives"]):
                found.extend(objective_gaps(objective, f"{at}/{o}", today))
    return tuple(found)


def objective_gaps(objective: Mapping[str, Any], at: str, today: date) -> tuple[Gap, ...]:
    """What an objective lacks to be measurable."""
    lacks = tuple(
        Gap(f"{at}/{f}", f"A measurable objective has {f}.") for f in MEASURABLE if is_empty(objective.get(f))
    )
    if lacks:
        return lacks
    if objective["baseline"] == objective["target"]:
        return (Gap(f"{at}/target", "The target equals the baseline: nothing would change."),)
    if date.fromisoformat(str(objective["due_on"])) <= today:
        return (Gap(f"{at}/due_on", "The due date is not after today."),)
    return ()


def is_empty(value: object) -> bool:
    return value is None or value == ""


def missing_signers(signed: Iterable[SignerKind], *, needs_supervisor: bool) -> tuple[SignerKind, ...]:
    """Whose signature (or documented refusal) is still awaited. A guardian stands for the client."""
    have = set(signed)
    wanted = [SignerKind.CLINICIAN, SignerKind.CLIENT] + ([SignerKind.SUPERVISOR] if needs_supervisor else [])
    return tuple(s for s in wanted if s not in have and not (s is SignerKind.CLIENT and PERSON & have))


def objectives(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple(o for p in body["problems"] for g in p["goals"] for o in g["objectives"])
