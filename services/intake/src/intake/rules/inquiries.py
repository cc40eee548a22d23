"""The life of an inquiry. Source: domain specification section 9, machine 1, and 9.1. Version 2026-11."""

from enum import StrEnum

from intake.rules.access import Level


class InquiryStatus(StrEnum):
    NEW = "new"
    TRIAGED = "triaged"
    CONTACTED = "contacted"
    CONVERTED = "converted"
    CLOSED = "closed"


class Channel(StrEnum):
    PHONE = "phone"
    WEB = "web"
    WALK_IN = "walk_in"
    PARTNER_API = "partner_api"
    FAX = "fax"
    CRISIS_LINE_HANDOFF = "crisis_line_handoff"


class CallerIs(StrEnum):
    SELF = "self"
    PARENT_GUARDIAN = "parent_guardian"
    FAMILY = "family"
    PROVIDER = "provider"
    SCHOOL = "school"
    COURT = "court"
    HOSPITAL = "hospital"
    OTHER = "other"


class ContactOutcome(StrEnum):
    """`reached` contacts; the others are documented attempts."""

    REACHED = "reached"
    VOICEMAIL_LEFT = "voicemail_left"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    TEXT_SENT = "text_sent"


class CloseReason(StrEnum):
    REFERRED_ELSEWHERE = "referred_elsewhere"
    DECLINED_SERVICES = "declined_services"
    UNABLE_TO_CONTACT = "unable_to_contact"
    NOT_ELIGIBLE = "not_eligible"
    DUPLICATE = "duplicate"
    MADE_IN_ERROR = "made_in_error"


class Disposition(StrEnum):
    """How an emergency was handed over; without one an emergent inquiry is not closed."""

    CRISIS_TEAM = "crisis_team"
    LINE_988 = "988"
    LINE_911 = "911"
    EMERGENCY_DEPARTMENT = "emergency_department"
    SAFE_AT_CONTACT = "safe_at_contact"


NEXT: dict[InquiryStatus, frozenset[InquiryStatus]] = {
    InquiryStatus.NEW: frozenset({InquiryStatus.TRIAGED, InquiryStatus.CLOSED}),
    InquiryStatus.TRIAGED: frozenset({InquiryStatus.CONTACTED, InquiryStatus.CLOSED}),
    InquiryStatus.CONTACTED: frozenset({InquiryStatus.CONVERTED, InquiryStatus.CLOSED}),
    InquiryStatus.CONVERTED: frozenset(),
    InquiryStatus.CLOSED: frozenset(),
}
ATTEMPTED = frozenset({InquiryStatus.TRIAGED, InquiryStatus.CONTACTED})
TASKS: dict[Level, str] = {
    Level.EMERGENT: "emergent_triage",
    Level.URGENT: "first_contact",
    Level.ROUTINE: "first_contact",
}


def is_first_contact(status: InquiryStatus, outcome: ContactOutcome) -> bool:
    return status is InquiryStatus.TRIAGED and outcome is ContactOutcome.REACHED


def lacks_disposition(level: Level | None, disposition: Disposition | None) -> bool:
    return level is Level.EMERGENT and disposition is None
