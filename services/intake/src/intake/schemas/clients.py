"""Clients and their cards."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from shared.schemas import In, LabelledOut, Out

from intake.fields import Code, Email, Language, MemberId, PersonName, Phone, PostalCode, ShortText
from intake.rules.clients import ClientStatus, Sex
from intake.schemas.contact_permissions import ContactPermission


class Address(In):
    line1: ShortText
    line2: ShortText | None = None
    city: ShortText | None = None
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    postal_code: PostalCode | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "US"


class Guardian(In):
    name: PersonName
    relation: Code
    phone: Phone | None = None
    may_consent: bool = False


class DuplicateDecision(In):
    """A person looked at these records and says that they are someone else."""

    candidate_ids: list[UUID] = Field(min_length=1, max_length=50)
    reason: ShortText


class NewClient(In):
    inquiry_id: UUID | None = None
    clinic_id: UUID
    legal_first_name: PersonName
    legal_middle_name: PersonName | None = None
    legal_last_name: PersonName
    suffix: Annotated[str, Field(max_length=20)] | None = None
    name_to_use: PersonName | None = None
    previous_last_names: list[PersonName] = Field(default_factory=list, max_length=20)
    pronouns: ShortText | None = None
    date_of_birth: date
    administrative_sex: Sex
    sex_for_clinical_use: Sex = Sex.UNKNOWN
    gender_identity: ShortText | None = None
    sexual_orientation: ShortText | None = None
    race_ethnicity: list[Code] = Field(default_factory=list, max_length=20)
    language: Language = "en"
    needs_interpreter: bool = False
    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None
    is_address_confidential: bool = False
    contact_permission: ContactPermission = ContactPermission(ok_to_call=False)
    guardians: list[Guardian] = Field(default_factory=list, max_length=10)
    member_id: MemberId | None = None
    duplicate_decision: DuplicateDecision | None = None


class ClientChange(In):
    """Merge patch: what is absent stays, null empties."""

    name_to_use: PersonName | None = None
    pronouns: ShortText | None = None
    gender_identity: ShortText | None = None
    sexual_orientation: ShortText | None = None
    sex_for_clinical_use: Sex = Sex.UNKNOWN
    language: Language = "en"
    needs_interpreter: bool = False
    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None
    is_address_confidential: bool = False
    contact_permission: ContactPermission = ContactPermission(ok_to_call=False)


class ClientOut(LabelledOut):
    id: UUID
    clinic_id: UUID
    record_number: str
    status: ClientStatus
    legal_first_name: str
    legal_middle_name: str | None
    legal_last_name: str
    suffix: str | None
    name_to_use: str | None
    previous_last_names: list[str]
    pronouns: str | None
    date_of_birth: date
    administrative_sex: Sex
    sex_for_clinical_use: Sex
    gender_identity: str | None
    sexual_orientation: str | None
    race_ethnicity: list[str]
    language: str
    needs_interpreter: bool
    phone: str | None
    email: str | None
    address: dict[str, Any] | None
    is_address_confidential: bool
    contact_permission: dict[str, Any]
    guardians: list[dict[str, Any]]
    member_id: str | None
    possible_duplicates: list[UUID]
    version: int


class ClientRow(LabelledOut):
    """One line of a list."""

    id: UUID
    clinic_id: UUID
    record_number: str
    status: ClientStatus
    shown_name: str
    legal_last_name: str


class CardsWanted(In):
    client_ids: list[UUID] = Field(min_length=1, max_length=200)


class ClientCard(LabelledOut):
    """What one who shows a name or sends something needs. What the caller need not see is null."""

    client_id: UUID
    record_number: str
    status: ClientStatus
    shown_name: str
    name_to_use: str | None
    legal_first_name: str | None
    legal_last_name: str | None
    date_of_birth: date | None
    administrative_sex: Sex | None
    language: str
    needs_interpreter: bool
    phone: str | None
    email: str | None
    address: dict[str, Any] | None
    contact_permission: dict[str, Any]


class ClientCards(Out):
    """Cards of those who exist and whom the caller may see; the others are left out."""

    items: list[ClientCard]
