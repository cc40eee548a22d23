"""Partner apps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from shared.schemas import Change, In, Out

from gateway.fields import AgencyName, HttpsAddress, Origin
from gateway.rules.app_keys import SigningAlg
from gateway.rules.claims import AppPurpose, AppRecipient
from gateway.rules.requests import AppMethod
from gateway.rules.roles import PartnerScope


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


class PartnerAppChange(Change):
    """What is left out stays as it is. How the app signs in does not change: register another."""

    CLEARED = frozenset({"organization_id"})

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
