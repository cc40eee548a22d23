"""What referrals tells: the directory, needs, referrals, aftercare."""

from uuid import UUID

from shared.events import Event


class ReferralsEvent(Event, topic="referrals"):
    pass


class DirectoryServiceChanged(ReferralsEvent, name="directory.service_changed.v1", aggregate="service_id"):
    service_id: UUID
    status: str


class NeedIdentified(ReferralsEvent, name="need.identified.v1", aggregate="need_id"):
    need_id: UUID
    client_id: UUID
    domain: str


class NeedResolved(ReferralsEvent, name="need.resolved.v1", aggregate="need_id"):
    need_id: UUID
    client_id: UUID
    domain: str


class ReferralCreated(ReferralsEvent, name="referral.created.v1", aggregate="referral_id"):
    referral_id: UUID
    client_id: UUID
    need_code: str


class ReferralNeedsConsent(ReferralsEvent, name="referral.needs_consent.v1", aggregate="referral_id"):
    referral_id: UUID
    client_id: UUID


class AftercarePlanned(ReferralsEvent, name="aftercare.planned.v1", aggregate="aftercare_id"):
    """A follow-up after discharge was planned for a person."""

    aftercare_id: UUID
    client_id: UUID
    episode_id: UUID
