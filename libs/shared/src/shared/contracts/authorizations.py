"""What authorizations tells: coverage, eligibility, requests, units, charges."""

from datetime import date, datetime
from uuid import UUID

from shared.events import Event


class AuthorizationsEvent(Event, topic="authorizations"):
    pass


class CoverageAdded(AuthorizationsEvent, name="coverage.added.v1", aggregate="coverage_id"):
    coverage_id: UUID
    client_id: UUID
    payer_id: UUID
    valid_from: date
    valid_until: date | None = None


class EligibilityChecked(AuthorizationsEvent, name="eligibility.checked.v1", aggregate="check_id"):
    """`auth_required` maps an X12 service type (MH, A6, …) to Y, N or U."""

    check_id: UUID
    coverage_id: UUID
    client_id: UUID
    status: str
    service_date: date
    auth_required: dict[str, str]


class AuthSubmitted(AuthorizationsEvent, name="auth.submitted.v1", aggregate="request_id"):
    request_id: UUID
    client_id: UUID
    priority: str
    due_at: datetime | None = None


class AuthPended(AuthorizationsEvent, name="auth.pended.v1", aggregate="request_id"):
    request_id: UUID
    client_id: UUID


class AuthDenied(AuthorizationsEvent, name="auth.denied.v1", aggregate="request_id"):
    request_id: UUID
    client_id: UUID
    reason_codes: tuple[str, ...] = ()
    appeal_by: date | None = None


class AuthApproved(AuthorizationsEvent, name="auth.approved.v1", aggregate="auth_id"):
    auth_id: UUID
    request_id: UUID
    client_id: UUID
    service_kind: str
    valid_from: date
    valid_until: date
    units: int


class AuthDenialDefective(AuthorizationsEvent, name="auth.denial_defective.v1", aggregate="request_id"):
    """The payer denied without a specific reason."""

    request_id: UUID
    client_id: UUID


class AuthPayerOverdue(AuthorizationsEvent, name="auth.payer_overdue.v1", aggregate="request_id"):
    request_id: UUID
    client_id: UUID


class AuthUnitReserved(AuthorizationsEvent, name="auth.unit_reserved.v1", aggregate="auth_id"):
    auth_id: UUID
    client_id: UUID
    appointment_id: UUID
    available: int


class AuthUnitReleased(AuthorizationsEvent, name="auth.unit_released.v1", aggregate="auth_id"):
    auth_id: UUID
    client_id: UUID
    appointment_id: UUID
    available: int


class AuthUnitConsumed(AuthorizationsEvent, name="auth.unit_consumed.v1", aggregate="auth_id"):
    auth_id: UUID
    client_id: UUID
    appointment_id: UUID
    available: int


class AuthUnitReversed(AuthorizationsEvent, name="auth.unit_reversed.v1", aggregate="auth_id"):
    """A consumed unit came back: what it was consumed for was entered in error."""

    auth_id: UUID
    client_id: UUID
    appointment_id: UUID
    available: int


class AuthUnitsLow(AuthorizationsEvent, name="auth.units_low.v1", aggregate="auth_id"):
    auth_id: UUID
    client_id: UUID
    remaining: int


class AuthExhausted(AuthorizationsEvent, name="auth.exhausted.v1", aggregate="auth_id"):
    """Every approved unit is consumed. A reversal makes the authorization active again."""

    auth_id: UUID
    client_id: UUID
    valid_until: date


class AuthExpiring(AuthorizationsEvent, name="auth.expiring.v1", aggregate="auth_id"):
    auth_id: UUID
    client_id: UUID
    valid_until: date
    days_left: int


class AuthExpired(AuthorizationsEvent, name="auth.expired.v1", aggregate="auth_id"):
    auth_id: UUID
    client_id: UUID


class AuthorizationTerminated(AuthorizationsEvent, name="authorization.terminated.v1", aggregate="auth_id"):
    auth_id: UUID
    client_id: UUID
    reason_code: str


class ChargeReady(AuthorizationsEvent, name="charge.ready.v1", aggregate="charge_id"):
    charge_id: UUID
    client_id: UUID
    note_id: UUID
    appointment_id: UUID


class ChargeBlocked(AuthorizationsEvent, name="charge.blocked.v1", aggregate="charge_id"):
    charge_id: UUID
    client_id: UUID
    note_id: UUID
    reason_codes: tuple[str, ...]


class ChargeVoided(AuthorizationsEvent, name="charge.voided.v1", aggregate="charge_id"):
    charge_id: UUID
    client_id: UUID
    note_id: UUID
    appointment_id: UUID


class DisclosureMade(AuthorizationsEvent, name="disclosure.made.v1", aggregate="disclosure_id"):
    """Something about a person left for a recipient outside. Kept in intake's accounting."""

    disclosure_id: UUID
    client_id: UUID
    recipient_id: UUID
    purpose: str
    data_classes: tuple[str, ...]
    consent_id: UUID | None = None
    at: datetime
