"""The gateway's tables. Rows of the installation itself (signing keys) belong to the agency PLATFORM, the nil UUID."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.db import Record, UtcDateTime, text_enum
from sqlalchemy import Date, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from gateway.rules.app_keys import SigningAlg
from gateway.rules.clients import app_client_id
from gateway.rules.keys import KeyStatus
from gateway.rules.requests import AppMethod


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

    @property
    def client_id(self) -> str:
        return app_client_id(self.agency_id, self.id)


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
