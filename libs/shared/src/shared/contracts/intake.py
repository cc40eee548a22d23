"""What intake tells: inquiries, clients, consents, programs, episodes."""

from datetime import date, datetime
from uuid import UUID

from shared.events import Event


class IntakeEvent(Event, topic="intake"):
    pass


class InquiryReceived(IntakeEvent, name="inquiry.received.v1", aggregate="inquiry_id"):
    inquiry_id: UUID
    clinic_id: UUID
    channel: str
    is_urgent: bool


class InquiryTriaged(IntakeEvent, name="inquiry.triaged.v1", aggregate="inquiry_id"):
    inquiry_id: UUID
    clinic_id: UUID
    level: str
    due_at: datetime


class InquiryResponded(IntakeEvent, name="inquiry.responded.v1", aggregate="inquiry_id"):
    inquiry_id: UUID
    at: datetime


class InquiryClosed(IntakeEvent, name="inquiry.closed.v1", aggregate="inquiry_id"):
    inquiry_id: UUID
    reason_code: str


class AccessStandardMissed(IntakeEvent, name="access.standard_missed.v1", aggregate="inquiry_id"):
    inquiry_id: UUID
    standard_code: str


class ClientRegistered(IntakeEvent, name="client.registered.v1", aggregate="client_id"):
    client_id: UUID
    clinic_id: UUID
    age_band: str


class ClientProfileUpdated(IntakeEvent, name="client.profile_updated.v1", aggregate="client_id"):
    client_id: UUID
    changed_fields: tuple[str, ...]


class ClientDuplicateSuspected(IntakeEvent, name="client.duplicate_suspected.v1", aggregate="suspicion_id"):
    suspicion_id: UUID
    candidate_ids: tuple[UUID, ...]
    band: str


class ConsentGranted(IntakeEvent, name="consent.granted.v1", aggregate="consent_id"):
    consent_id: UUID
    client_id: UUID
    type: str
    discloser: str
    recipient_ids: tuple[UUID, ...] = ()
    purposes: tuple[str, ...] = ()
    data_classes: tuple[str, ...] = ()
    program_ids: tuple[UUID, ...] = ()
    effective_from: datetime
    expires_at: datetime | None = None
    recipient_kinds: tuple[str, ...] = ()
    records_from: date | None = None
    records_until: date | None = None
    expires_event: str | None = None


class ConsentSuperseded(IntakeEvent, name="consent.superseded.v1", aggregate="consent_id"):
    """A newer consent of the same kind took its place, at once."""

    consent_id: UUID
    client_id: UUID
    type: str
    by_consent_id: UUID


class ConsentRevoked(IntakeEvent, name="consent.revoked.v1", aggregate="consent_id"):
    consent_id: UUID
    client_id: UUID
    type: str
    effective_at: datetime


class ConsentExpired(IntakeEvent, name="consent.expired.v1", aggregate="consent_id"):
    consent_id: UUID
    client_id: UUID
    type: str


class NppAcknowledged(IntakeEvent, name="npp.acknowledged.v1", aggregate="consent_id"):
    consent_id: UUID
    client_id: UUID
    form_version: str
    is_refused: bool


class GuardianshipBegan(IntakeEvent, name="guardianship.began.v1", aggregate="guardianship_id"):
    """An account stands for a client, within these days of the agency's and as long as custody and authority last."""

    guardianship_id: UUID
    client_id: UUID
    guardian_id: UUID
    starts_on: date
    ends_on: date | None = None


class GuardianshipEnded(IntakeEvent, name="guardianship.ended.v1", aggregate="guardianship_id"):
    guardianship_id: UUID
    client_id: UUID
    guardian_id: UUID


class ProgramPublished(IntakeEvent, name="program.published.v1", aggregate="program_id"):
    program_id: UUID
    clinic_id: UUID
    is_part2: bool
    review_every_days: int
    is_active: bool = True


class EpisodeOpened(IntakeEvent, name="episode.opened.v1", aggregate="episode_id"):
    episode_id: UUID
    client_id: UUID
    clinic_id: UUID
    program_id: UUID
    primary_clinician_id: UUID
    opened_on: date
    is_part2: bool


class EpisodeClosed(IntakeEvent, name="episode.closed.v1", aggregate="episode_id"):
    episode_id: UUID
    client_id: UUID
    closed_on: date


class LegalHoldPlaced(IntakeEvent, name="legal_hold.placed.v1", aggregate="hold_id"):
    """Nothing of the client, or without one of the whole agency, is purged or destroyed while it stands."""

    hold_id: UUID
    client_id: UUID | None = None
    placed_at: datetime


class LegalHoldReleased(IntakeEvent, name="legal_hold.released.v1", aggregate="hold_id"):
    hold_id: UUID
    client_id: UUID | None = None
    released_at: datetime


class ClientKeyDestroyed(IntakeEvent, name="client.key_destroyed.v1", aggregate="client_id"):
    """Every service that seals under the client's key destroys its own."""

    client_id: UUID
    reason_code: str
    destroyed_at: datetime
