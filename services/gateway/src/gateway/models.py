"""The gateway's tables. Rows of the installation itself (signing keys) belong to the agency PLATFORM, the nil UUID."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.db import Record, UtcDateTime, text_enum
from sqlalchemy import BigInteger, Date, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from gateway.rules.app_keys import SigningAlg
from gateway.rules.audit_reports import ReportStatus
from gateway.rules.break_glass import EmergencyReason, GrantEnd, GrantStatus
from gateway.rules.claims import AppRecipient, Registered
from gateway.rules.clients import app_client_id
from gateway.rules.keys import KeyStatus
from gateway.rules.requests import AppMethod
from gateway.rules.sessions import EndReason, Stage
from gateway.rules.sign_in_clients import ClientKind


class Agency(Record, table=True):
    """An agency; its id is its own agency_id and follows from its slug."""

    __tablename__ = "agency"

    name: str = Field(max_length=120)
    slug: str = Field(max_length=40)
    timezone: str = Field(max_length=64)
    holiday_country: str = Field(max_length=2)
    holiday_subdivision: str | None = Field(default=None, max_length=3)
    administrator_id: UUID = Field(sa_type=Uuid)
    is_active: bool = True
    state: str | None = Field(default=None, max_length=2)
    npi: str | None = Field(default=None, max_length=10)
    ein: str | None = Field(default=None, max_length=10)


class Clinic(Record, table=True):
    __tablename__ = "clinic"

    name: str = Field(max_length=120)
    timezone: str = Field(max_length=64)
    is_active: bool = True


class UserAccount(Record, table=True):
    """A person who may sign in. No clinic named: every clinic. Clients and guardians name their clients."""

    __tablename__ = "user_account"

    username: str = Field(max_length=64)
    roles: list[str] = Field(sa_type=ARRAY(Text))
    clinic_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    client_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    is_active: bool = True
    email: str | None = Field(default=None, max_length=254)


class PartnerApp(Record, table=True):
    """A program of somebody else's. It signs in with a key of its own, or by a secret whose SHA-256 alone is kept."""

    __tablename__ = "partner_app"

    name: str = Field(max_length=120)
    secret_hash: bytes | None = Field(default=None, sa_type=LargeBinary)
    token_endpoint_auth_method: AppMethod = Field(sa_type=text_enum(AppMethod))
    token_endpoint_auth_signing_alg: SigningAlg | None = Field(default=None, sa_type=text_enum(SigningAlg))
    jwks: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    jwks_uri: str | None = Field(default=None, max_length=500)
    scopes: list[str] = Field(sa_type=ARRAY(Text))
    clinic_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    purposes: list[str] = Field(sa_type=ARRAY(Text))
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    origins: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    recipient: AppRecipient = Field(default=AppRecipient.COMMUNITY_ORGANISATION, sa_type=text_enum(AppRecipient))
    organization_id: UUID | None = Field(default=None, sa_type=Uuid)
    suspended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def client_id(self) -> str:
        return app_client_id(self.agency_id, self.id)

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.suspended_at is None

    @property
    def registered(self) -> Registered:
        return Registered(
            self.id,
            self.agency_id,
            self.client_id,
            tuple(self.scopes),
            tuple(self.clinic_ids),
            tuple(self.purposes),
            self.recipient.value,
            self.organization_id,
        )


class Replica(Record, table=True):
    """A process of the gateway that lives: it says so every few seconds."""

    __tablename__ = "replica"

    seen_at: datetime = Field(sa_type=UtcDateTime)


class SigningKey(Record, table=True):
    """A pair of keys. The private half is sealed with the master key. Times are those on the wall."""

    __tablename__ = "signing_key"

    kid: str = Field(max_length=64)
    status: KeyStatus = Field(sa_type=text_enum(KeyStatus))
    public_jwk: dict[str, Any] = Field(sa_type=JSONB)
    private_sealed: bytes = Field(sa_type=LargeBinary)
    signs_from: datetime = Field(sa_type=UtcDateTime)
    active_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Supervision(Record, table=True):
    """Projection of workforce's supervision assignments: who supervises whom, for the token's `sup`."""

    __tablename__ = "supervision"

    supervisee_id: UUID = Field(sa_type=Uuid)
    supervisor_id: UUID = Field(sa_type=Uuid)
    starts_on: date = Field(sa_type=Date)
    ends_on: date | None = Field(default=None, sa_type=Date)


class KnownClient(Record, table=True):
    """Projection of intake's registrations: whom an invitation may name."""

    __tablename__ = "known_client"


class KnownEpisode(Record, table=True):
    """Projection of intake's episodes: which of a client's records stand under 42 CFR Part 2."""

    __tablename__ = "known_episode"

    client_id: UUID = Field(sa_type=Uuid)
    is_part2: bool


class BreakGlassGrant(Record, table=True):
    """In an emergency one clinician reads one client's record until then. What was written about it is sealed."""

    __tablename__ = "break_glass_grant"

    client_id: UUID = Field(sa_type=Uuid)
    staff_id: UUID = Field(sa_type=Uuid)
    supervisor_id: UUID | None = Field(default=None, sa_type=Uuid)
    reason: EmergencyReason = Field(sa_type=text_enum(EmergencyReason))
    explanation_key_id: UUID = Field(sa_type=Uuid)
    explanation_sealed: bytes = Field(sa_type=LargeBinary, repr=False)
    is_medical_emergency: bool
    status: GrantStatus = Field(sa_type=text_enum(GrantStatus))
    opened_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_reason: GrantEnd | None = Field(default=None, sa_type=text_enum(GrantEnd))
    review_due_at: datetime = Field(sa_type=UtcDateTime)
    review_task_id: UUID = Field(sa_type=Uuid)
    notice_task_id: UUID = Field(sa_type=Uuid)
    overdue_task_id: UUID | None = Field(default=None, sa_type=Uuid)
    reviewed_by: UUID | None = Field(default=None, sa_type=Uuid)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finding_key_id: UUID | None = Field(default=None, sa_type=Uuid)
    finding_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)


class Credential(Record, table=True):
    """How an account proves who signs in; its id is the account's. `totp_step`: the last time step that counted."""

    __tablename__ = "credential"

    password_hash: str = Field(max_length=200, repr=False)
    password_set_at: datetime = Field(sa_type=UtcDateTime)
    totp_key_id: UUID | None = Field(default=None, sa_type=Uuid)
    totp_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    totp_step: int = Field(default=0, sa_type=BigInteger)

    @property
    def has_totp(self) -> bool:
        return self.totp_sealed is not None


class RecoveryCode(Record, table=True):
    __tablename__ = "recovery_code"

    user_id: UUID = Field(sa_type=Uuid)
    code_hash: bytes = Field(sa_type=LargeBinary)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Invitation(Record, table=True):
    """A link that lets its holder set the account's password, once."""

    __tablename__ = "invitation"

    user_id: UUID = Field(sa_type=Uuid)
    invited_by: UUID = Field(sa_type=Uuid)
    token_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInClient(Record, table=True):
    """A program in which people of the agency sign in, and the addresses to which they return."""

    __tablename__ = "sign_in_client"

    kind: ClientKind = Field(sa_type=text_enum(ClientKind))
    partner_app_id: UUID | None = Field(default=None, sa_type=Uuid)
    redirect_uris: list[str] = Field(sa_type=ARRAY(Text))


class Visit(Record, table=True):
    """Somebody who has shown the password and has not yet arrived. The browser holds the secret in a cookie."""

    __tablename__ = "visit"

    secret_hash: bytes = Field(sa_type=LargeBinary)
    user_id: UUID = Field(sa_type=Uuid)
    stage: Stage = Field(sa_type=text_enum(Stage))
    expires_at: datetime = Field(sa_type=UtcDateTime)
    totp_key_id: UUID | None = Field(default=None, sa_type=Uuid)
    totp_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    client_id: str | None = Field(default=None, max_length=120)
    redirect_uri: str | None = Field(default=None, sa_type=Text)
    code_challenge: str | None = Field(default=None, max_length=43)
    state: str | None = Field(default=None, sa_type=Text)
    scopes: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))


class SignInSession(Record, table=True):
    """Somebody signed in somewhere: the family of one refresh token and its successors."""

    __tablename__ = "sign_in_session"

    user_id: UUID = Field(sa_type=Uuid)
    client_id: str = Field(max_length=120)
    scopes: list[str] = Field(sa_type=ARRAY(Text))
    started_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime = Field(sa_type=UtcDateTime)
    idle_until: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_reason: EndReason | None = Field(default=None, sa_type=text_enum(EndReason))


class AuthorizationCode(Record, table=True):
    __tablename__ = "authorization_code"

    code_hash: bytes = Field(sa_type=LargeBinary)
    user_id: UUID = Field(sa_type=Uuid)
    client_id: str = Field(max_length=120)
    redirect_uri: str = Field(sa_type=Text)
    code_challenge: str = Field(max_length=43)
    scopes: list[str] = Field(sa_type=ARRAY(Text))
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    session_id: UUID | None = Field(default=None, sa_type=Uuid)


class RefreshToken(Record, table=True):
    """One of a session's tokens. The successor is sealed, so that a lost answer can be given again for a moment."""

    __tablename__ = "refresh_token"

    session_id: UUID = Field(sa_type=Uuid)
    token_hash: bytes = Field(sa_type=LargeBinary)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    request_hash: bytes | None = Field(default=None, sa_type=LargeBinary)
    successor_id: UUID | None = Field(default=None, sa_type=Uuid)
    successor_key_id: UUID | None = Field(default=None, sa_type=Uuid)
    successor_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)


class Throttle(Record, table=True):
    """A bucket of attempts; its id is a keyed digest of whose it is. It is empty again at `drains_at`."""

    __tablename__ = "throttle"

    drains_at: datetime = Field(sa_type=UtcDateTime)


class SignInPolicy(Record, table=True):
    """What an agency decided about signing in; its id is the agency's."""

    __tablename__ = "sign_in_policy"

    staff_need_second_factor: bool = True
    session_minutes: int = 720
    idle_minutes: int = 60


class AuditReport(Record, table=True):
    """Who looked at a client's record in a span of time. `is_cut`: there was more than a report holds."""

    __tablename__ = "audit_report"

    client_id: UUID = Field(sa_type=Uuid)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    status: ReportStatus = Field(default=ReportStatus.PENDING, sa_type=text_enum(ReportStatus))
    requested_by: UUID = Field(sa_type=Uuid)
    ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    entries: int = 0
    is_cut: bool = False


class AuditReportEntry(Record, table=True):
    """One row of a service's audit, as it stood when the report was made."""

    __tablename__ = "audit_report_entry"

    report_id: UUID = Field(sa_type=Uuid)
    service: str = Field(max_length=40)
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: UUID = Field(sa_type=Uuid)
    actor_client: str
    roles: list[str] = Field(sa_type=ARRAY(Text))
    action: str
    resource_id: UUID | None = Field(default=None, sa_type=Uuid)
    purpose: str
    outcome: str
    code: str | None = None
    consent_id: UUID | None = Field(default=None, sa_type=Uuid)
    request_id: str
    on_behalf_of: UUID | None = Field(default=None, sa_type=Uuid)
    caused_by: str | None = None
    grant_id: UUID | None = Field(default=None, sa_type=Uuid)
