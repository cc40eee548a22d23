"""Tables, nothing else. `agency_calendar` and `clinic` keep what the gateway told."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from privacy import is_accountable
from shared.db import Record, UtcDateTime, text_enum
from shared.labels import Labelled
from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from intake.rules.access import Level
from intake.rules.clients import ClientStatus, Sex
from intake.rules.consents import ConsentStatus, ConsentType, ExpiryEvent, SignerRole, SigningMethod
from intake.rules.danger import emergency_text
from intake.rules.episodes import EpisodeStatus
from intake.rules.guardianships import Authority, Custody, Standing
from intake.rules.holds import DestructionReason, HoldReason, HoldStatus
from intake.rules.inquiries import CallerIs, Channel, CloseReason, ContactOutcome, Disposition, InquiryStatus


def to(table: str, column: str) -> ForeignKeyConstraint:
    """A reference inside one agency."""
    return ForeignKeyConstraint(["agency_id", column], [f"{table}.agency_id", f"{table}.id"])


class AgencyCalendar(Record, table=True):
    """`id` is the agency's."""

    __tablename__ = "agency_calendar"

    timezone: str
    holidays: list[str] = Field(sa_type=JSONB)


class Clinic(Record, table=True):
    __tablename__ = "clinic"

    timezone: str
    is_active: bool = True


class Client(Labelled, table=True):
    __tablename__ = "client"
    __table_args__ = (
        UniqueConstraint("agency_id", "record_number", name="client_record_number"),
        Index("client_born", "agency_id", "date_of_birth"),
        Index("client_sounds", "agency_id", "last_name_soundex", "birth_year"),
        Index("client_phone", "agency_id", "phone_digits"),
        Index("client_member", "agency_id", "member_id_plain"),
    )

    clinic_id: UUID
    record_number: str
    status: ClientStatus = Field(default=ClientStatus.PROSPECTIVE, sa_type=text_enum(ClientStatus))
    legal_first_name: str
    legal_middle_name: str | None = None
    legal_last_name: str
    suffix: str | None = None
    name_to_use: str | None = None
    previous_last_names: list[str] = Field(default_factory=list, sa_type=JSONB)
    pronouns: str | None = None
    date_of_birth: date
    administrative_sex: Sex = Field(sa_type=text_enum(Sex))
    sex_for_clinical_use: Sex = Field(default=Sex.UNKNOWN, sa_type=text_enum(Sex))
    gender_identity: str | None = None
    sexual_orientation: str | None = None
    race_ethnicity: list[str] = Field(default_factory=list, sa_type=JSONB)
    language: str = "en"
    needs_interpreter: bool = False
    phone: str | None = None
    email: str | None = None
    address: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    is_address_confidential: bool = False
    contact_permission: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    guardians: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    member_id: str | None = None
    last_name_soundex: str
    birth_year: int
    phone_digits: str | None = None
    member_id_plain: str | None = None
    possible_duplicates: list[str] = Field(default_factory=list, sa_type=JSONB)
    duplicate_decision: dict[str, Any] | None = Field(default=None, sa_type=JSONB)

    @property
    def shown_name(self) -> str:
        return self.name_to_use or self.legal_first_name


class Inquiry(Labelled, table=True):
    __tablename__ = "inquiry"
    __table_args__ = (
        to("client", "client_id"),
        Index("inquiry_open", "agency_id", "status", "id"),
        Index("inquiry_client", "agency_id", "client_id"),
    )

    clinic_id: UUID
    status: InquiryStatus = Field(default=InquiryStatus.NEW, sa_type=text_enum(InquiryStatus))
    channel: Channel = Field(sa_type=text_enum(Channel))
    caller_is: CallerIs = Field(sa_type=text_enum(CallerIs))
    reason: str
    callback: dict[str, Any] = Field(sa_type=JSONB)
    danger_flags: list[str] = Field(sa_type=JSONB)
    recent_discharge_on: date | None = None
    requested_service: str | None = None
    language: str = "en"
    needs_interpreter: bool = False
    name_to_use: str | None = None
    phone: str | None = None
    program_id: UUID | None = None
    referral_source_id: UUID | None = None
    external_referral_id: str | None = None
    received_at: datetime = Field(sa_type=UtcDateTime)
    level: Level | None = Field(default=None, sa_type=text_enum(Level))
    standard_code: str | None = None
    triaged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    task_id: UUID | None = None
    offered_on: date | None = None
    declined_on: date | None = None
    responded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    served_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    evaluated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    client_id: UUID | None = None
    close_reason: CloseReason | None = Field(default=None, sa_type=text_enum(CloseReason))
    disposition: Disposition | None = Field(default=None, sa_type=text_enum(Disposition))
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def emergency_text(self) -> str | None:
        return emergency_text(self.danger_flags, self.language)


class ContactAttempt(Labelled, table=True):
    __tablename__ = "contact_attempt"
    __table_args__ = (to("inquiry", "inquiry_id"), Index("contact_attempt_inquiry", "agency_id", "inquiry_id", "id"))

    inquiry_id: UUID
    outcome: ContactOutcome = Field(sa_type=text_enum(ContactOutcome))
    offered_on: date | None = None
    declined_on: date | None = None
    made_by: UUID
    made_at: datetime = Field(sa_type=UtcDateTime)


class Program(Record, table=True):
    __tablename__ = "program"
    __table_args__ = (UniqueConstraint("agency_id", "clinic_id", "code", name="program_code"),)

    clinic_id: UUID
    code: str
    name: str
    is_part2: bool
    review_every_days: int
    access_standard: str
    is_active: bool = True


class Consent(Labelled, table=True):
    __tablename__ = "consent"
    __table_args__ = (
        to("client", "client_id"),
        ForeignKeyConstraint(
            ["agency_id", "supersedes_id"], ["consent.agency_id", "consent.id"], name="fk_consent_supersedes"
        ),
        Index("consent_client", "agency_id", "client_id", "id"),
        Index(
            "consent_superseded_once",
            "agency_id",
            "supersedes_id",
            unique=True,
            postgresql_where=text("supersedes_id IS NOT NULL AND status = 'active'"),
        ),
    )

    client_id: UUID
    type: ConsentType = Field(sa_type=text_enum(ConsentType))
    status: ConsentStatus = Field(default=ConsentStatus.DRAFT, sa_type=text_enum(ConsentStatus))
    form_version: str
    form_hash: str
    language: str
    discloser: str
    scope: dict[str, Any] = Field(sa_type=JSONB)
    recipients: list[dict[str, Any]] = Field(sa_type=JSONB)
    purposes: list[str] = Field(sa_type=JSONB)
    is_at_request_of_client: bool = False
    statements: list[str] = Field(sa_type=JSONB)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_event: ExpiryEvent | None = Field(default=None, sa_type=text_enum(ExpiryEvent))
    signer_role: SignerRole | None = Field(default=None, sa_type=text_enum(SignerRole))
    signer_name: str | None = None
    signer_authority: str | None = None
    method: SigningMethod | None = Field(default=None, sa_type=text_enum(SigningMethod))
    witness_name: str | None = None
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    effective_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rule_version: str | None = None
    supersedes_id: UUID | None = None
    declined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revocation: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    collected_by: UUID | None = None


class Episode(Labelled, table=True):
    __tablename__ = "episode"
    __table_args__ = (
        to("client", "client_id"),
        to("program", "program_id"),
        Index("episode_client", "agency_id", "client_id", "id"),
        Index(
            "episode_open",
            "agency_id",
            "client_id",
            "program_id",
            unique=True,
            postgresql_where=text("status NOT IN ('discharged', 'not_admitted')"),
        ),
    )

    client_id: UUID
    program_id: UUID
    clinic_id: UUID
    primary_clinician_id: UUID
    status: EpisodeStatus = Field(default=EpisodeStatus.INTAKE, sa_type=text_enum(EpisodeStatus))
    is_part2: bool
    is_emergency_admission: bool = False
    opened_on: date | None = None
    closed_on: date | None = None
    end_reason: str | None = None


class Restriction(Labelled, table=True):
    """What a client asked us not to disclose."""

    __tablename__ = "restriction"
    __table_args__ = (to("client", "client_id"), Index("restriction_client", "agency_id", "client_id", "id"))

    client_id: UUID
    is_self_paid: bool
    recipient_id: UUID | None = None
    data_class: str | None = None
    recorded_by: UUID
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Guardianship(Labelled, table=True):
    """Who stands for a client: `guardian_id` is the account in which that person signs in."""

    __tablename__ = "guardianship"
    __table_args__ = (
        to("client", "client_id"),
        Index(
            "guardianship_standing",
            "agency_id",
            "client_id",
            "guardian_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    client_id: UUID
    guardian_id: UUID
    authority: Authority = Field(sa_type=text_enum(Authority))
    custody: Custody | None = Field(default=None, sa_type=text_enum(Custody))
    may_consent: bool = False
    starts_on: date
    ends_on: date | None = None
    recorded_by: UUID
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def standing(self) -> Standing:
        return Standing(self.authority, self.custody, self.starts_on, self.ends_on, self.ended_at is not None)


class DisclosurePolicy(Record, table=True):
    """What the law of the agency's state asks beyond federal law. `id` is the agency's."""

    __tablename__ = "disclosure_policy"

    minors_consent_from: int | None = None
    needs_consent: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)


class Disclosure(Labelled, table=True):
    """One line of the accounting. `id` is the disclosure's own, given by the service that made it."""

    __tablename__ = "disclosure"
    __table_args__ = (Index("disclosure_client", "agency_id", "client_id", "id"),)

    client_id: UUID
    recipient_id: UUID
    purpose: str
    data_classes: list[str] = Field(sa_type=JSONB)
    consent_id: UUID | None = None
    made_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def is_accountable(self) -> bool:
        has_part2 = any(name in ("part2_record", "sud_counseling_note") for name in self.data_classes)
        return is_accountable(self.purpose, has_consent=self.consent_id is not None, is_part2=has_part2)


class LegalHold(Labelled, table=True):
    """While it stands nothing is purged or destroyed: of the client, or without one of the whole agency."""

    __tablename__ = "legal_hold"
    __table_args__ = (to("client", "client_id"), Index("legal_hold_status", "agency_id", "status", "client_id"))

    client_id: UUID | None = None
    reason: HoldReason = Field(sa_type=text_enum(HoldReason))
    status: HoldStatus = Field(default=HoldStatus.PLACED, sa_type=text_enum(HoldStatus))
    placed_by: UUID
    placed_at: datetime = Field(sa_type=UtcDateTime)
    released_by: UUID | None = None
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KeyDestruction(Labelled, table=True):
    """That a client's key was destroyed, by whom and why. Only ever added to."""

    __tablename__ = "key_destruction"
    __table_args__ = (
        to("client", "client_id"),
        UniqueConstraint("agency_id", "client_id", name="key_destruction_once"),
    )

    client_id: UUID
    reason: DestructionReason = Field(sa_type=text_enum(DestructionReason))
    destroyed_by: UUID
    destroyed_at: datetime = Field(sa_type=UtcDateTime)
