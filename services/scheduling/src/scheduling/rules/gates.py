"""Booking gates: facts of other services that warn of a booking or stop it, as the agency decides.

Source: domain, section 4 (booking gates). Version 2026-11. Owner: program director.
A crisis appointment is never stopped by any gate: what would stop another only warns here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from scheduling.rules.appointments import Kind


class Gate(StrEnum):
    TREATMENT_CONSENT = "treatment_consent"
    TELEHEALTH_CONSENT = "telehealth_consent"
    AUTHORIZATION = "authorization"
    CREDENTIAL = "credential"
    CREDENTIAL_ON_FILE = "credential_on_file"


class Policy(StrEnum):
    OFF = "off"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True)
class Consent:
    type: str
    effective_from: datetime
    expires_at: datetime | None = None
    ended_at: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        begun = self.effective_from <= at
        return begun and self.ended_at is None and (self.expires_at is None or self.expires_at > at)


@dataclass(frozen=True)
class Authorization:
    """Both dates are included (service date in the clinic's zone)."""

    service_kind: str
    valid_from: date
    valid_until: date
    available: int
    is_ended: bool = False


@dataclass(frozen=True)
class Credential:
    """`expires_on` is the last day on which it holds; `expired_on` the day on which workforce ended it."""

    state: str
    issued_on: date
    expires_on: date
    expired_on: date | None = None

    def holds_on(self, day: date, state: str | None) -> bool:
        ended = self.expired_on is not None and day >= self.expired_on
        return self.issued_on <= day <= self.expires_on and not ended and state in (None, self.state)


@dataclass(frozen=True)
class Facts:
    """`needs_authorization` is what the payer answered: Y, N or U; None when nobody asked."""

    consents: tuple[Consent, ...] = ()
    authorizations: tuple[Authorization, ...] = ()
    credentials: tuple[Credential, ...] = ()
    needs_authorization: str | None = None


@dataclass(frozen=True)
class Booking:
    """`before` counts bookings of the same request that already take a unit; `state` is where the client is."""

    kind: Kind
    start_at: datetime
    service_date: date
    is_telehealth: bool = False
    state: str | None = None
    before: int = 0


@dataclass(frozen=True)
class Verdict:
    blocked: tuple[Gate, ...] = field(default=())
    warnings: tuple[Gate, ...] = field(default=())


# An intake appointment is where consents get signed, so consent to treatment cannot be asked for before it.
CARE = frozenset(
    {Kind.INDIVIDUAL, Kind.COUPLE, Kind.FAMILY, Kind.GROUP_SESSION, Kind.CRISIS, Kind.PSYCHIATRIC, Kind.CASE_MANAGEMENT}
)
AUTHORIZED = frozenset({Kind.INDIVIDUAL, Kind.COUPLE, Kind.FAMILY, Kind.GROUP_SESSION, Kind.PSYCHIATRIC})
CREDENTIALED = CARE | {Kind.INTAKE}

DEFAULTS: dict[Gate, Policy] = {
    Gate.TREATMENT_CONSENT: Policy.BLOCK,
    Gate.TELEHEALTH_CONSENT: Policy.BLOCK,
    Gate.AUTHORIZATION: Policy.WARN,
    Gate.CREDENTIAL: Policy.BLOCK,
    Gate.CREDENTIAL_ON_FILE: Policy.WARN,
}


def has_consent(facts: Facts, consent_type: str, at: datetime) -> bool:
    return any(c.type == consent_type and c.holds_at(at) for c in facts.consents)


def lacks_treatment_consent(booking: Booking, facts: Facts) -> bool:
    return booking.kind in CARE and not has_consent(facts, "treatment", booking.start_at)


def lacks_telehealth_consent(booking: Booking, facts: Facts) -> bool:
    return (
        booking.is_telehealth
        and booking.kind in CREDENTIALED
        and not has_consent(facts, "telehealth", booking.start_at)
    )


def lacks_authorization(booking: Booking, facts: Facts) -> bool:
    if booking.kind not in AUTHORIZED or facts.needs_authorization == "N":
        return False
    fitting = (a for a in facts.authorizations if a.service_kind == booking.kind and not a.is_ended)
    return sum(a.available for a in fitting if a.valid_from <= booking.service_date <= a.valid_until) <= booking.before


def lacks_valid_credential(booking: Booking, facts: Facts) -> bool:
    known = booking.kind in CREDENTIALED and bool(facts.credentials)
    return known and not any(c.holds_on(booking.service_date, booking.state) for c in facts.credentials)


def lacks_any_credential(booking: Booking, facts: Facts) -> bool:
    return booking.kind in CREDENTIALED and not facts.credentials


TABLE: tuple[tuple[Gate, Callable[[Booking, Facts], bool]], ...] = (
    (Gate.TREATMENT_CONSENT, lacks_treatment_consent),
    (Gate.TELEHEALTH_CONSENT, lacks_telehealth_consent),
    (Gate.AUTHORIZATION, lacks_authorization),
    (Gate.CREDENTIAL, lacks_valid_credential),
    (Gate.CREDENTIAL_ON_FILE, lacks_any_credential),
)


def check(booking: Booking, facts: Facts, policies: dict[Gate, Policy]) -> Verdict:
    """Every gate that is shut, as the agency's policy has it."""
    shut = [(gate, policies.get(gate, DEFAULTS[gate])) for gate, lacks in TABLE if lacks(booking, facts)]
    blocked = tuple(gate for gate, policy in shut if policy is Policy.BLOCK and booking.kind is not Kind.CRISIS)
    return Verdict(blocked, tuple(gate for gate, policy in shut if policy is not Policy.OFF and gate not in blocked))
