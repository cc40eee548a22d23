"""Tables, nothing else. `client`, `consent` and `part2_episode` keep what other services told."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.db import Record, UtcDateTime, text_enum
from shared.labels import Labelled
from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from referrals.rules.aftercare import AftercareStatus, ContactOutcome
from referrals.rules.directory import PlaceType, ServiceStatus
from referrals.rules.needs import NeedDomain, NeedPriority, NeedStatus
from referrals.rules.referrals import ConsentState, ReferralStatus


def to(table: str, column: str) -> ForeignKeyConstraint:
    """A reference inside one agency."""
    return ForeignKeyConstraint(["agency_id", column], [f"{table}.agency_id", f"{table}.id"])


class Organization(Record, table=True):
    __tablename__ = "organization"
    __table_args__ = (UniqueConstraint("agency_id", "name", name="organization_name"),)

    name: str
    alternate_name: str | None = None
    description: str
    email: str | None = None
    website: str | None = None


class DirectoryService(Record, table=True):
    __tablename__ = "service"
    __table_args__ = (
        to("organization", "organization_id"),
        Index("service_search", "search_text", postgresql_using="gin", postgresql_ops={"search_text": "gin_trgm_ops"}),
        Index("service_status", "agency_id", "status", "id"),
        Index("service_organization", "agency_id", "organization_id", "id"),
    )

    organization_id: UUID
    name: str
    alternate_name: str | None = None
    description: str | None = None
    url: str | None = None
    email: str | None = None
    status: ServiceStatus = Field(sa_type=text_enum(ServiceStatus))
    application_process: str | None = None
    fees_description: str | None = None
    eligibility_description: str | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    assured_date: date | None = None
    assurer_email: str | None = None
    alert: str | None = None
    last_modified: datetime = Field(sa_type=UtcDateTime)
    is_stale: bool
    search_text: str


class Location(Record, table=True):
    __tablename__ = "location"
    __table_args__ = (
        to("organization", "organization_id"),
        Index("location_organization", "agency_id", "organization_id", "id"),
    )

    organization_id: UUID
    location_type: PlaceType = Field(sa_type=text_enum(PlaceType))
    name: str | None = None
    description: str | None = None
    url: str | None = None
    transportation: str | None = None
    addresses: list[dict[str, Any]] = Field(sa_type=JSONB)
    phones: list[dict[str, Any]] = Field(sa_type=JSONB)


class ServiceAtLocation(Record, table=True):
    __tablename__ = "service_at_location"
    __table_args__ = (
        to("service", "service_id"),
        to("location", "location_id"),
        UniqueConstraint("agency_id", "service_id", "location_id", name="service_at_location_once"),
        Index("service_at_location_location", "agency_id", "location_id"),
    )

    service_id: UUID
    location_id: UUID


class Client(Record, table=True):
    __tablename__ = "client"

    clinic_id: UUID
    age_band: str


class Consent(Record, table=True):
    __tablename__ = "consent"
    __table_args__ = (Index("consent_client", "agency_id", "client_id", "id"),)

    client_id: UUID
    type: str
    state: ConsentState = Field(sa_type=text_enum(ConsentState))
    recipient_ids: list[str] = Field(sa_type=JSONB)
    purposes: list[str] = Field(sa_type=JSONB)
    data_classes: list[str] = Field(sa_type=JSONB)
    program_ids: list[str] = Field(sa_type=JSONB)
    effective_from: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Part2Episode(Record, table=True):
    __tablename__ = "part2_episode"
    __table_args__ = (Index("part2_episode_client", "agency_id", "client_id"),)

    client_id: UUID
    program_id: UUID


class Need(Labelled, table=True):
    __tablename__ = "need"
    __table_args__ = (Index("need_client", "agency_id", "client_id", "id"),)

    client_id: UUID
    domain: NeedDomain = Field(sa_type=text_enum(NeedDomain))
    code: str | None = None
    screening_id: UUID | None = None
    priority: NeedPriority = Field(sa_type=text_enum(NeedPriority))
    wants_help: bool
    status: NeedStatus = Field(sa_type=text_enum(NeedStatus))
    identified_at: datetime = Field(sa_type=UtcDateTime)
    identified_by: UUID
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Referral(Labelled, table=True):
    __tablename__ = "referral"
    __table_args__ = (
        to("need", "need_id"),
        to("service", "service_id"),
        to("organization", "organization_id"),
        Index("referral_client", "agency_id", "client_id", "id"),
        Index("referral_need", "agency_id", "need_id"),
        Index("referral_service", "agency_id", "service_id"),
        Index("referral_organization", "agency_id", "organization_id"),
    )

    client_id: UUID
    need_id: UUID
    service_id: UUID
    organization_id: UUID
    status: ReferralStatus = Field(sa_type=text_enum(ReferralStatus))
    consent_id: UUID | None = None
    rule_id: str | None = None
    must_stop_sharing: bool = False
    requested_by: UUID
    cancel_reason: str | None = None


class AftercarePlan(Labelled, table=True):
    __tablename__ = "aftercare_plan"
    __table_args__ = (
        UniqueConstraint("agency_id", "discharge_id", name="aftercare_plan_discharge"),
        Index("aftercare_plan_client", "agency_id", "client_id", "id"),
    )

    client_id: UUID
    clinic_id: UUID
    episode_id: UUID
    discharge_id: UUID
    task_id: UUID
    status: AftercareStatus = Field(sa_type=text_enum(AftercareStatus))
    due_at: datetime = Field(sa_type=UtcDateTime)
    outcome: ContactOutcome | None = Field(default=None, sa_type=text_enum(ContactOutcome))
    contacted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    contacted_by: UUID | None = None
