"""What callers send and get."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, SecretStr
from shared.schemas import In, Out

from gateway.fields import (
    AgencyName,
    Country,
    Ein,
    Email,
    Explanation,
    HttpsAddress,
    Npi,
    Origin,
    Slug,
    State,
    Subdivision,
    Username,
    Zone,
)
from gateway.rules.access import Reason
from gateway.rules.app_keys import SigningAlg
from gateway.rules.audit_reports import ReportStatus
from gateway.rules.break_glass import LONGEST_MINUTES, USUAL_MINUTES, EmergencyReason, GrantEnd, GrantStatus
from gateway.rules.claims import AppPurpose, AppRecipient
from gateway.rules.keys import KeyStatus
from gateway.rules.requests import AppMethod
from gateway.rules.roles import PartnerScope, Reach, Role
from gateway.rules.sign_in_clients import ClientKind


class NewAgency(In):
    """A new tenant with its first administrator. The holidays of its country stop its business clocks.

    `console_redirect_uris`: where the staff console takes people back to; without one nobody signs in there.
    """

    name: AgencyName
    slug: Slug
    timezone: Zone
    holiday_country: Country = "US"
    holiday_subdivision: Subdivision | None = None
    state: State | None = None
    npi: Npi | None = None
    ein: Ein | None = None
    administrator: Username = Field(description="Username of the first administrator")
    administrator_email: Email | None = None
    console_redirect_uris: list[str] = Field(default=[], max_length=20)


class AgencyChange(In):
    """What is left out stays as it is."""

    name: AgencyName | None = None
    timezone: Zone | None = None
    holiday_country: Country | None = None
    holiday_subdivision: Subdivision | None = None
    state: State | None = None
    npi: Npi | None = None
    ein: Ein | None = None


class AgencyOut(Out):
    id: UUID
    name: str
    slug: str
    timezone: str
    holiday_country: str
    holiday_subdivision: str | None
    state: str | None
    npi: str | None
    ein: str | None
    administrator_id: UUID
    is_active: bool
    created_at: datetime


class NewClinic(In):
    """A place of the agency. Without a time zone it has the agency's."""

    name: AgencyName
    timezone: Zone | None = None


class ClinicChange(In):
    name: AgencyName | None = None
    timezone: Zone | None = None
    is_active: bool | None = None


class ClinicOut(Out):
    id: UUID
    name: str
    timezone: str
    is_active: bool
    created_at: datetime


class NewUser(In):
    """A person who may sign in. No clinic named: every clinic. Clients and guardians name their clients."""

    username: Username
    roles: list[Role] = Field(min_length=1, max_length=8)
    clinic_ids: list[UUID] = Field(default=[], max_length=200)
    client_ids: list[UUID] = Field(default=[], max_length=20)
    email: Email | None = None


class UserChange(In):
    roles: list[Role] | None = Field(default=None, min_length=1, max_length=8)
    clinic_ids: list[UUID] | None = Field(default=None, max_length=200)
    client_ids: list[UUID] | None = Field(default=None, max_length=20)
    email: Email | None = None


class UserOut(Out):
    id: UUID
    username: str
    roles: list[Role]
    clinic_ids: list[UUID]
    client_ids: list[UUID]
    email: str | None
    is_active: bool
    created_at: datetime


class NewPartnerApp(In):
    """A program of somebody else's that signs in with client credentials. No clinic named: every clinic.

    With `private_key_jwt` it gives its algorithm and its public keys, or where they are. By a secret: sandbox only.
    """

    name: AgencyName
    scopes: list[PartnerScope] = Field(min_length=1, max_length=40)
    clinic_ids: list[UUID] = Field(default=[], max_length=200)
    purposes: list[AppPurpose] = Field(default=[AppPurpose.TREAT], min_length=1, max_length=5)
    token_endpoint_auth_method: AppMethod = AppMethod.BASIC
    token_endpoint_auth_signing_alg: SigningAlg | None = None
    jwks: dict[str, Any] | None = Field(default=None, description="RFC 7517; public keys only")
    jwks_uri: HttpsAddress | None = None
    origins: list[Origin] = Field(default=[], max_length=20, description="Whose pages may read our answers (CORS)")
    recipient: AppRecipient = AppRecipient.COMMUNITY_ORGANISATION
    organization_id: UUID | None = Field(default=None, description="For whom it acts, as consents name it")


class PartnerAppChange(In):
    """What is left out stays as it is. How the app signs in does not change: register another."""

    name: AgencyName | None = None
    scopes: list[PartnerScope] | None = Field(default=None, min_length=1, max_length=40)
    clinic_ids: list[UUID] | None = Field(default=None, max_length=200)
    purposes: list[AppPurpose] | None = Field(default=None, min_length=1, max_length=5)
    origins: list[Origin] | None = Field(default=None, max_length=20)
    recipient: AppRecipient | None = None
    organization_id: UUID | None = None


class PartnerAppOut(Out):
    id: UUID
    client_id: str
    name: str
    scopes: list[str]
    clinic_ids: list[UUID]
    purposes: list[str]
    token_endpoint_auth_method: AppMethod
    token_endpoint_auth_signing_alg: SigningAlg | None
    jwks_uri: str | None
    origins: list[str]
    recipient: AppRecipient
    organization_id: UUID | None
    suspended_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


class PartnerAppSecret(PartnerAppOut):
    """The only answer that holds a secret, where there is one: it is shown once and cannot be read again."""

    client_secret: str | None = None


class NewSignInClient(In):
    """A program in which people sign in. Addresses are compared character by character."""

    kind: ClientKind
    partner_app_id: UUID | None = None
    redirect_uris: list[str] = Field(min_length=1, max_length=20)


class SignInClientChange(In):
    redirect_uris: list[str] = Field(min_length=1, max_length=20)


class SignInClientOut(Out):
    id: UUID
    kind: ClientKind
    partner_app_id: UUID | None
    redirect_uris: list[str]
    version: int
    created_at: datetime


class SignInPolicyChange(In):
    staff_need_second_factor: bool | None = None
    session_minutes: int | None = Field(default=None, ge=15, le=10080)
    idle_minutes: int | None = Field(default=None, ge=15, le=10080)


class SignInPolicyOut(Out):
    staff_need_second_factor: bool
    session_minutes: int
    idle_minutes: int


class NewClientInvitation(In):
    """Who gets an account for which registered client."""

    client_id: UUID
    username: Username
    role: Literal[Role.CLIENT_PORTAL, Role.GUARDIAN] = Role.CLIENT_PORTAL


class InvitationOut(Out):
    """The only answer that holds the link: hand it to the person, it cannot be read again."""

    id: UUID
    user_id: UUID
    expires_at: datetime
    link: str


class SessionOut(Out):
    id: UUID
    client_id: str
    started_at: datetime
    used_at: datetime
    expires_at: datetime
    version: int


class PasswordChange(In):
    current: SecretStr = Field(max_length=200)
    new: SecretStr = Field(max_length=200)


class RoleOut(Out):
    """What a role may do anywhere, and whose records it can reach at all."""

    role: Role
    reach: Reach
    scopes: list[str]


class EvaluationSubject(In):
    """A user or a partner app of the agency."""

    type: Literal["user", "partner_app"] = "user"
    id: UUID


class EvaluationAction(In):
    name: str = Field(max_length=100, description="An operationId of /openapi.json", examples=["list_notes"])


class EvaluationResource(In):
    """What it is done to: `client` with its id, or anything else that says in `properties` whose it is."""

    type: str = Field(max_length=60, examples=["client"])
    id: UUID | None = None
    properties: dict[Literal["client_id"], UUID] = Field(default_factory=dict)


class Evaluation(In):
    """Subject, action and resource as in the Authorization API 1.0 of the OpenID Foundation."""

    subject: EvaluationSubject
    action: EvaluationAction
    resource: EvaluationResource

    @property
    def client_id(self) -> UUID | None:
        """Whose record it is; None where no client was named."""
        return self.resource.id if self.resource.type == "client" else self.resource.properties.get("client_id")


class EvaluationContext(Out):
    """Why: a stable reason, the scope that it needs, who holds such records, and what relates the two just now."""

    reason: Reason
    detail: str
    scope: str
    service: str
    relationships: tuple[str, ...] = ()


class EvaluationOut(Out):
    decision: bool
    context: EvaluationContext


class TokenOut(Out):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105
    expires_in: int
    scope: str
    refresh_token: str | None = Field(default=None, description="Where a person signed in; each is good for one use.")


class JwksOut(Out):
    keys: list[dict[str, Any]]


class SigningKeyOut(Out):
    """A key of ours. `signs_from`: when every verifier has it; until then the one before signs."""

    kid: str
    status: KeyStatus
    created_at: datetime
    signs_from: datetime
    active_at: datetime | None
    retired_at: datetime | None


class SandboxSignIn(In):
    """Who to be. Sandbox only: outside it a person's token comes from signing in."""

    agency: str = Field(max_length=40, description="The agency's slug")
    username: str = Field(max_length=64)
    purpose: str = Field(default="TREAT", pattern="^(TREAT|ETREAT|BTG|HPAYMT|HOPERAT|PATRQT)$")


class SandboxPerson(Out):
    agency: str
    username: str
    user_id: UUID
    roles: list[str]


class SandboxPeople(Out):
    items: list[SandboxPerson]


class ClockMove(In):
    """Where to move the platform's clock: forward by an ISO 8601 duration, or to a time. Never backward."""

    advance: str | None = Field(default=None, max_length=40, examples=["P7D"])
    to: datetime | None = None


class ClockOut(Out):
    """`steps`: how often the clock stopped on the way. `fired`: at how many of these stops something fell due.

    `stuck`: services whose work did not move any more; the clock passed by.
    """

    now: datetime
    steps: int = 0
    fired: int = 0
    stuck: tuple[str, ...] = ()


class EffectOut(Out):
    """What an event did in a service, and how many milliseconds after the event was committed."""

    service: str
    at: datetime
    ms: float


class ToldOut(Out):
    """An event about a client: who told it, and each effect that it had."""

    event_id: UUID
    event: str
    service: str
    aggregate_id: UUID
    sequence: int
    at: datetime
    effects: list[EffectOut]


class TrailOut(Out):
    items: list[ToldOut]


class ServiceHealth(Out):
    ready: bool
    detail: str


class ServicesHealth(Out):
    ready: bool
    services: dict[str, ServiceHealth]


class NewAuditReport(In):
    """Whose record, and when it was looked at: from `since` to before `until`, six years at most."""

    client_id: UUID
    since: AwareDatetime
    until: AwareDatetime


class AuditReportOut(Out):
    """`entries` counts them once the report is ready; `is_cut` says that there were more than it holds."""

    id: UUID
    client_id: UUID
    since: datetime
    until: datetime
    status: ReportStatus
    requested_by: UUID
    ready_at: datetime | None
    entries: int
    is_cut: bool
    version: int


class LookOut(Out):
    """Who looked at what and why: by the name of the account or app, in which role. `code`: the rule that decided."""

    id: UUID
    service: str
    at: datetime
    who: str
    roles: list[str]
    action: str
    resource_id: UUID | None
    purpose: str
    outcome: str
    code: str | None
    consent_id: UUID | None


class AuditEntryOut(Out):
    """Who did what, for what purpose, by which consent, and how it ended."""

    id: UUID
    service: str
    at: datetime
    actor_id: UUID
    actor_client: str
    roles: list[str]
    action: str
    resource_id: UUID | None
    purpose: str
    outcome: str
    code: str | None
    consent_id: UUID | None
    request_id: str
    on_behalf_of: UUID | None
    caused_by: str | None
    grant_id: UUID | None


class NewBreakGlassGrant(In):
    """Only for an emergency of treatment. `is_medical_emergency` opens records under 42 CFR Part 2 as well (2.51)."""

    client_id: UUID
    reason: EmergencyReason
    explanation: Explanation
    is_medical_emergency: bool = False
    one_time_code: SecretStr | None = Field(default=None, max_length=10, description="Of one's authenticator")
    minutes: int = Field(default=USUAL_MINUTES, ge=15, le=LONGEST_MINUTES)


class NewReview(In):
    is_justified: bool
    finding: Explanation


class BreakGlassGrantSummary(Out):
    """A grant without its words. It opens the record from `opened_at` to before `until`, or to `ended_at`."""

    id: UUID
    client_id: UUID
    staff_id: UUID
    supervisor_id: UUID | None
    reason: EmergencyReason
    is_medical_emergency: bool
    status: GrantStatus
    opened_at: datetime
    until: datetime
    ended_at: datetime | None
    end_reason: GrantEnd | None
    review_due_at: datetime
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    version: int


class BreakGlassGrantOut(BreakGlassGrantSummary):
    explanation: str
    finding: str | None


class BreakGlassFigures(Out):
    """Counts of the agency's grants. `overdue` of those not reviewed; `oldest_due_at` of them all."""

    active: int
    awaiting_review: int
    overdue: int
    oldest_due_at: datetime | None
    justified: int
    unjustified: int
