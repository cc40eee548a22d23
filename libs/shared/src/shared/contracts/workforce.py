"""What workforce tells: clinicians, credentials, supervision; and the tasks that every service may open and close."""

from datetime import date
from uuid import UUID

from shared.events import Event


class WorkforceEvent(Event, topic="workforce"):
    pass


class ClinicianProfileChanged(WorkforceEvent, name="clinician.profile_changed.v1", aggregate="clinician_id"):
    clinician_id: UUID
    npi: str | None
    can_sign_independently: bool
    needs_cosign: bool


class CredentialVerified(WorkforceEvent, name="credential.verified.v1", aggregate="credential_id"):
    credential_id: UUID
    clinician_id: UUID
    type: str
    state: str
    issued_on: date
    expires_on: date


class CredentialExpiring(WorkforceEvent, name="credential.expiring.v1", aggregate="credential_id"):
    credential_id: UUID
    clinician_id: UUID
    expires_on: date
    days_left: int


class CredentialExpired(WorkforceEvent, name="credential.expired.v1", aggregate="credential_id"):
    credential_id: UUID
    clinician_id: UUID
    expired_on: date


class CredentialRenewed(WorkforceEvent, name="credential.renewed.v1", aggregate="credential_id"):
    """The renewal is verified and takes this credential's place."""

    credential_id: UUID
    clinician_id: UUID
    renewal_id: UUID
    expires_on: date


class SupervisionAssigned(WorkforceEvent, name="supervision.assigned.v1", aggregate="assignment_id"):
    assignment_id: UUID
    supervisee_id: UUID
    supervisor_id: UUID
    starts_on: date
    ends_on: date | None = None


class SupervisionEnded(WorkforceEvent, name="supervision.ended.v1", aggregate="assignment_id"):
    """`ends_on` was the last day of the supervision."""

    assignment_id: UUID
    supervisee_id: UUID
    supervisor_id: UUID
    ends_on: date


class SupervisionLogged(WorkforceEvent, name="supervision.logged.v1", aggregate="session_id"):
    session_id: UUID
    assignment_id: UUID
    supervisee_id: UUID
    supervisor_id: UUID
    kind: str
    minutes: int
    held_on: date
