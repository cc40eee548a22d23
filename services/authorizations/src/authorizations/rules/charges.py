"""When a service may be billed: one row per check, and each row's code is what the biller sees.

Source: domain specification 6.5 (837P 005010X222A1 loops in brackets), version 2026-11. The note is final, co-signed
where it must be, before a charge exists at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from authorizations.rules.consents import PART2_TPO
from authorizations.rules.eligibility import EligibilityStatus, Needed
from authorizations.rules.payers import PayerType


class ChargeStatus(StrEnum):
    CANDIDATE = "candidate"
    BLOCKED = "blocked"
    READY = "ready"
    EXPORTED = "exported"
    ACCEPTED = "accepted"
    PAID = "paid"
    PARTIALLY_PAID = "partially_paid"
    DENIED = "denied"
    CORRECTED = "corrected"
    WRITTEN_OFF = "written_off"
    VOID = "void"


C = ChargeStatus
NEXT: dict[ChargeStatus, frozenset[ChargeStatus]] = {
    C.CANDIDATE: frozenset({C.BLOCKED, C.READY, C.VOID}),
    C.BLOCKED: frozenset({C.READY, C.BLOCKED, C.VOID}),
    C.READY: frozenset({C.BLOCKED, C.READY, C.EXPORTED, C.VOID}),
    C.EXPORTED: frozenset({C.ACCEPTED, C.DENIED}),
    C.ACCEPTED: frozenset({C.PAID, C.PARTIALLY_PAID, C.DENIED}),
    C.DENIED: frozenset({C.CORRECTED, C.WRITTEN_OFF}),
    C.CORRECTED: frozenset({C.EXPORTED, C.WRITTEN_OFF}),
    C.PARTIALLY_PAID: frozenset({C.CORRECTED, C.WRITTEN_OFF}),
    C.PAID: frozenset(),
    C.WRITTEN_OFF: frozenset(),
    C.VOID: frozenset(),
}
OPEN: frozenset[ChargeStatus] = frozenset({C.CANDIDATE, C.BLOCKED, C.READY})
BILLABLE_VERIFICATIONS: frozenset[str] = frozenset({"provisional", "confirmed"})
OFFICE, TELEHEALTH_AT_HOME, VIDEO = "11", "10", "95"
MOST_DIAGNOSES = 12
AGREEMENT = "financial_agreement"


@dataclass(frozen=True)
class Payment:
    """Who pays on that day, as far as anyone has told. Without a coverage there is no payer type."""

    needed: Needed
    payer_type: PayerType | None = None
    covered_from: date | None = None
    covered_until: date | None = None
    eligibility: EligibilityStatus | None = None
    takes_supervised: bool = True


@dataclass(frozen=True)
class Rendering:
    """Who gave the service."""

    npi: str | None
    needs_supervisor: bool
    has_supervisor: bool


@dataclass(frozen=True)
class Consented:
    """Types of consent that stand, and types that stood once and do no more."""

    is_part2: bool
    active: frozenset[str]
    ended: frozenset[str]


@dataclass(frozen=True)
class Facts:
    """All that readiness rests on, as of now."""

    service_date: date
    code: str | None
    collides_same_day: bool
    authorization_number: str | None
    diagnoses: tuple[tuple[str, str], ...]
    payment: Payment
    rendering: Rendering
    consented: Consented


@dataclass(frozen=True)
class Check:
    reason: str
    fails: Callable[[Facts], bool]


def out_of_dates(facts: Facts) -> bool:
    starts, ends = facts.payment.covered_from, facts.payment.covered_until
    return starts is not None and (facts.service_date < starts or (ends is not None and facts.service_date > ends))


def lacks_authorization(facts: Facts) -> bool:
    """Unknown counts as required: a U or an error never means that none is needed."""
    is_needed = facts.payment.payer_type is not None and facts.payment.needed is not Needed.NOT_REQUIRED
    return is_needed and not facts.authorization_number


def lacks_consent(facts: Facts) -> bool:
    """Payment needs no authorization under HIPAA, a Part 2 record needs its own; a client who pays has an agreement."""
    if facts.consented.is_part2 and PART2_TPO not in facts.consented.active:
        return True
    is_asked = facts.payment.payer_type is PayerType.SELF_PAY or AGREEMENT in facts.consented.ended
    return is_asked and AGREEMENT not in facts.consented.active


CHECKS: tuple[Check, ...] = (
    Check("code_undecided", lambda f: f.code is None),
    Check("same_day_conflict", lambda f: f.collides_same_day),
    Check("coverage_missing", lambda f: f.payment.payer_type is None),
    Check("coverage_not_in_force", out_of_dates),
    Check("eligibility_inactive", lambda f: f.payment.eligibility is EligibilityStatus.INACTIVE),
    Check("diagnosis_missing", lambda f: not f.diagnoses),
    Check("diagnosis_not_billable", lambda f: bool(f.diagnoses) and not billable(f.diagnoses)),
    Check("unbillable_no_auth", lacks_authorization),
    Check("rendering_npi_missing", lambda f: not f.rendering.npi),
    Check("supervised_service_not_covered", lambda f: f.rendering.needs_supervisor and not f.payment.takes_supervised),
    Check("supervising_provider_missing", lambda f: f.rendering.needs_supervisor and not f.rendering.has_supervisor),
    Check("consent_missing", lacks_consent),
)


def weigh(facts: Facts) -> tuple[str, ...]:
    """Every reason why the charge may not go out; none means ready."""
    return tuple(check.reason for check in CHECKS if check.fails(facts))


def billable(diagnoses: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Codes that may stand on a claim, in rank order, each once, at most twelve. A rule-out never may."""
    codes = dict.fromkeys(code for code, verification in diagnoses if verification in BILLABLE_VERIFICATIONS)
    return tuple(codes)[:MOST_DIAGNOSES]


def place(is_telehealth: bool) -> tuple[str, tuple[str, ...]]:
    """Place of service and modifiers."""
    return (TELEHEALTH_AT_HOME, (VIDEO,)) if is_telehealth else (OFFICE, ())


def next_status(reasons: tuple[str, ...]) -> ChargeStatus:
    return ChargeStatus.BLOCKED if reasons else ChargeStatus.READY
