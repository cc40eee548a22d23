"""What callers send and get."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from shared.schemas import In, Out

from gateway.fields import AgencyName, Country, Slug, Subdivision, Username, Zone
from gateway.rules.roles import PartnerScope, Reach, Role


class NewAgency(In):
    """A new tenant with its first administrator. The holidays of its country stop its business clocks."""

    name: AgencyName
    slug: Slug
    timezone: Zone
    holiday_country: Country = "US"
    holiday_subdivision: Subdivision | None = None
    administrator: Username = Field(description="Username of the first administrator")


class AgencyChange(In):
    """What is left out stays as it is."""

    name: AgencyName | None = None
    timezone: Zone | None = None
    holiday_country: Country | None = None
    holiday_subdivision: Subdivision | None = None
    is_active: bool | None = None


class AgencyOut(Out):
    id: UUID
    name: str
    slug: str
    timezone: str
    holiday_country: str
    holiday_subdivision: str | None
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


class UserChange(In):
    roles: list[Role] | None = Field(default=None, min_length=1, max_length=8)
    clinic_ids: list[UUID] | None = Field(default=None, max_length=200)
    client_ids: list[UUID] | None = Field(default=None, max_length=20)


class UserOut(Out):
    id: UUID
    username: str
    roles: list[Role]
    clinic_ids: list[UUID]
    client_ids: list[UUID]
    is_active: bool
    created_at: datetime


class NewPartnerApp(In):
    """A program of somebody else's that signs in with client credentials. No clinic named: every clinic."""

    name: AgencyName
    scopes: list[PartnerScope] = Field(min_length=1, max_length=40)
    clinic_ids: list[UUID] = Field(default=[], max_length=200)


class PartnerAppOut(Out):
    id: UUID
    client_id: str
    name: str
    scopes: list[str]
    clinic_ids: list[UUID]
    revoked_at: datetime | None
    created_at: datetime


class PartnerAppSecret(PartnerAppOut):
    """The only answer that holds the secret: it is shown once and cannot be read again."""

    client_secret: str


class RoleOut(Out):
    """What a role may do anywhere, and whose records it can reach at all."""

    role: Role
    reach: Reach
    scopes: list[str]


class TokenOut(Out):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105
    expires_in: int
    scope: str


class JwksOut(Out):
    keys: list[dict[str, Any]]


class ServerMetadata(Out):
    """RFC 8414: what this authorization server can do."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    grant_types_supported: tuple[str, ...] = ("client_credentials",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic", "client_secret_post")
    response_types_supported: tuple[str, ...] = ()
    scopes_supported: list[str]


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
