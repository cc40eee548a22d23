"""Inquiries and the attempts to reach who asked."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field
from shared.schemas import In, LabelledOut, Out

from intake.fields import Code, Language, LongText, PersonName, Phone, ShortText
from intake.rules.access import Level
from intake.rules.danger import DangerFlag
from intake.rules.inquiries import CallerIs, Channel, CloseReason, ContactOutcome, Disposition, InquiryStatus
from intake.schemas.contact_permissions import ContactPermission


class NewInquiry(In):
    clinic_id: UUID
    channel: Channel
    caller_is: CallerIs = CallerIs.SELF
    reason: LongText
    callback: ContactPermission
    danger_flags: list[DangerFlag] = Field(default_factory=list, max_length=10)
    recent_discharge_on: date | None = None
    requested_service: Code | None = None
    language: Language = "en"
    needs_interpreter: bool = False
    name_to_use: PersonName | None = None
    phone: Phone | None = None
    program_id: UUID | None = None
    referral_source_id: UUID | None = None
    external_referral_id: ShortText | None = None


class InquiryOut(LabelledOut):
    id: UUID
    clinic_id: UUID
    status: InquiryStatus
    channel: Channel
    caller_is: CallerIs
    reason: str
    callback: dict[str, Any]
    danger_flags: list[DangerFlag]
    recent_discharge_on: date | None
    requested_service: str | None
    language: str
    needs_interpreter: bool
    name_to_use: str | None
    phone: str | None
    received_at: AwareDatetime
    level: Level | None
    standard_code: str | None
    triaged_at: AwareDatetime | None
    due_at: AwareDatetime | None
    offered_on: date | None
    declined_on: date | None
    responded_at: AwareDatetime | None
    served_at: AwareDatetime | None
    client_id: UUID | None
    close_reason: CloseReason | None
    disposition: Disposition | None
    emergency_text: str | None = None
    version: int


class InquiryReceipt(Out):
    """What the one who asked is told: no more than was sent, and where help is now."""

    id: UUID
    status: InquiryStatus
    received_at: AwareDatetime
    emergency_text: str | None = None
    version: int


class InquiryTriage(In):
    level: Level


class NewContactAttempt(In):
    """`offered_on` and `declined_on`: the first day offered, and one that the person refused (both count in I-SERV)."""

    outcome: ContactOutcome
    offered_on: date | None = None
    declined_on: date | None = None


class ContactAttemptOut(LabelledOut):
    id: UUID
    inquiry_id: UUID
    outcome: ContactOutcome
    offered_on: date | None
    declined_on: date | None
    made_by: UUID
    made_at: AwareDatetime


class InquiryClosure(In):
    reason: CloseReason
    disposition: Disposition | None = None
