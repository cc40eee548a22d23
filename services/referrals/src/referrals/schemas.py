"""What HTTP clients send and get. The directory speaks the names of HSDS 3.0."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from shared.schemas import In, LabelledOut, Out

from referrals.fields import Age, Country, Email, Line, Name, Prose, ReasonCode, SocialCode, Url
from referrals.rules.aftercare import AftercareStatus, ContactOutcome
from referrals.rules.directory import PlaceType, ServiceStatus
from referrals.rules.needs import NeedDomain, NeedPriority, NeedStatus
from referrals.rules.referrals import ReferralStatus


class NewOrganization(In):
    name: Name
    alternate_name: Name | None = None
    description: Prose
    email: Email | None = None
    website: Url | None = None


class OrganizationOut(Out):
    id: UUID
    version: int
    name: str
    alternate_name: str | None
    description: str
    email: str | None
    website: str | None


class NewService(In):
    organization_id: UUID
    name: Name
    status: ServiceStatus
    alternate_name: Name | None = None
    description: Prose | None = None
    url: Url | None = None
    email: Email | None = None
    application_process: Prose | None = None
    fees_description: Prose | None = None
    eligibility_description: Prose | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    assured_date: date | None = None
    assurer_email: Email | None = None
    alert: Prose | None = None


class ServiceChange(In):
    """A merge patch: what is left out stays; null empties what may be empty."""

    name: Annotated[Name, Field(default=None)]
    status: Annotated[ServiceStatus, Field(default=None)]
    alternate_name: Name | None = None
    description: Prose | None = None
    url: Url | None = None
    email: Email | None = None
    application_process: Prose | None = None
    fees_description: Prose | None = None
    eligibility_description: Prose | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    assured_date: date | None = None
    assurer_email: Email | None = None
    alert: Prose | None = None


class ServiceOut(Out):
    id: UUID
    version: int
    organization_id: UUID
    name: str
    alternate_name: str | None
    description: str | None
    url: str | None
    email: str | None
    status: ServiceStatus
    application_process: str | None
    fees_description: str | None
    eligibility_description: str | None
    minimum_age: int | None
    maximum_age: int | None
    assured_date: date | None
    assurer_email: str | None
    alert: str | None
    last_modified: datetime
    is_stale: bool


class Address(In):
    address_type: PlaceType
    address_1: Line
    address_2: Line | None = None
    city: Line
    state_province: Line
    postal_code: Annotated[str, Field(min_length=1, max_length=20)]
    country: Country = "US"


class Phone(In):
    number: Annotated[str, Field(min_length=3, max_length=40)]
    extension: Annotated[int, Field(ge=0)] | None = None
    type: Annotated[str, Field(max_length=40)] | None = None
    description: Line | None = None


class NewLocation(In):
    organization_id: UUID
    location_type: PlaceType
    name: Name | None = None
    description: Prose | None = None
    url: Url | None = None
    transportation: Prose | None = None
    addresses: Annotated[list[Address], Field(max_length=10, default_factory=list)]
    phones: Annotated[list[Phone], Field(max_length=20, default_factory=list)]


class LocationOut(Out):
    id: UUID
    version: int
    organization_id: UUID
    location_type: PlaceType
    name: str | None
    description: str | None
    url: str | None
    transportation: str | None
    addresses: list[Address]
    phones: list[Phone]


class NewServiceAtLocation(In):
    location_id: UUID


class ServiceAtLocationOut(Out):
    id: UUID
    version: int
    service_id: UUID
    location_id: UUID


class NewNeed(In):
    """`code` is an ICD-10-CM code of Z55-Z65; `screening_id` the measure that found the need."""

    client_id: UUID
    domain: NeedDomain
    code: SocialCode | None = None
    screening_id: UUID | None = None
    priority: NeedPriority = NeedPriority.ROUTINE
    wants_help: bool


class NeedOut(LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    domain: NeedDomain
    code: str | None
    screening_id: UUID | None
    priority: NeedPriority
    wants_help: bool
    status: NeedStatus
    identified_at: datetime
    identified_by: UUID
    resolved_at: datetime | None


class NewReferral(In):
    client_id: UUID
    need_id: UUID
    service_id: UUID


class Cancellation(In):
    reason_code: ReasonCode


class ReferralOut(LabelledOut):
    """`rule_id` names the rule that decided on consent; `must_stop_sharing`: a consent has ended since it was sent."""

    id: UUID
    version: int
    client_id: UUID
    need_id: UUID
    service_id: UUID
    organization_id: UUID
    status: ReferralStatus
    consent_id: UUID | None
    rule_id: str | None
    must_stop_sharing: bool
    requested_by: UUID
    cancel_reason: str | None
    created_at: datetime


class AftercareContact(In):
    outcome: ContactOutcome = ContactOutcome.REACHED


class AftercarePlanOut(LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    clinic_id: UUID
    episode_id: UUID
    discharge_id: UUID
    task_id: UUID
    status: AftercareStatus
    due_at: datetime
    outcome: ContactOutcome | None
    contacted_at: datetime | None
    contacted_by: UUID | None
