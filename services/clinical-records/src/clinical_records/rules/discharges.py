"""The discharge summary: states, reasons, goal outcomes.

Source: project convention after the HL7 C-CDA discharge summary. Table version 2026-11-23.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

DUE_AFTER = timedelta(days=14)
SECTIONS = ("services_given", "progress", "aftercare", "participation")
"""What the summary tells in words; `medications` may be told beside."""
OPTIONAL_SECTIONS = ("medications", "safety_plan")


class DischargeStatus(StrEnum):
    DRAFT = "draft"
    PENDING_COSIGN = "pending_cosign"
    FINAL = "final"


NEXT: dict[DischargeStatus, frozenset[DischargeStatus]] = {
    DischargeStatus.DRAFT: frozenset({DischargeStatus.PENDING_COSIGN, DischargeStatus.FINAL}),
    DischargeStatus.PENDING_COSIGN: frozenset({DischargeStatus.FINAL}),
    DischargeStatus.FINAL: frozenset(),
}


class DischargeReason(StrEnum):
    GOALS_MET = "goals_met"
    MUTUAL = "mutual"
    CLIENT_LEFT = "client_left"
    NO_CONTACT = "no_contact"
    TRANSFER = "transfer"
    LEVEL_OF_CARE = "level_of_care"
    MOVED = "moved"
    DECEASED = "deceased"
    ADMINISTRATIVE = "administrative"


class GoalOutcome(StrEnum):
    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    DEFERRED = "deferred"


def missing_sections(summary: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(section for section in SECTIONS if not summary.get(section))


def unknown_sections(summary: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(section for section in summary if section not in (*SECTIONS, *OPTIONAL_SECTIONS))
