"""The vocabulary of a disclosure.

Sources: 45 CFR 164.501, 164.506, 164.508, 164.512; 42 CFR Part 2 (2024 rule); HL7 v3-ActReason for purposes.
Version 2026-11.
"""

from enum import StrEnum


class DataClass(StrEnum):
    """What kind of information leaves. A class that is not here is unknown, and unknown is denied."""

    CONTACT = "contact"
    DEMOGRAPHICS = "demographics"
    SCHEDULE = "schedule"
    BILLING = "billing"
    NEEDS = "needs"
    MEASURES = "measures"
    DIAGNOSIS = "diagnosis"
    PLAN = "plan"
    RISK = "risk"
    CLINICAL = "clinical"
    PART2_RECORD = "part2_record"
    SUD_COUNSELING_NOTE = "sud_counseling_note"
    PSYCHOTHERAPY_NOTE = "psychotherapy_note"
    MANDATED_REPORT = "mandated_report"


class Purpose(StrEnum):
    TREAT = "TREAT"
    ETREAT = "ETREAT"
    BTG = "BTG"
    HPAYMT = "HPAYMT"
    HOPERAT = "HOPERAT"
    PATRQT = "PATRQT"
    HRESCH = "HRESCH"
    HLEGAL = "HLEGAL"
    COC = "COC"
    PUBHLTH = "PUBHLTH"


class RecipientKind(StrEnum):
    """Who receives. The first five work inside the agency."""

    ORIGINATOR = "originator"
    SUPERVISOR = "supervisor"
    CARE_TEAM = "care_team"
    WORKFORCE = "workforce"
    OTHER_PROGRAM = "other_program"
    TREATING_PROVIDER = "treating_provider"
    PAYER = "payer"
    BUSINESS_ASSOCIATE = "business_associate"
    INTERMEDIARY = "intermediary"
    COMMUNITY_ORGANISATION = "community_organisation"
    CLIENT = "client"
    REPRESENTATIVE = "representative"
    COURT = "court"
    OVERSIGHT = "oversight"
    RESEARCHER = "researcher"
    CORONER = "coroner"
    PUBLIC_HEALTH = "public_health"
    PERSON_AT_RISK = "person_at_risk"


class Circumstance(StrEnum):
    """What makes this disclosure a special one; each is asserted by the caller and stands in the audit."""

    MEDICAL_EMERGENCY = "medical_emergency"
    SERIOUS_THREAT = "serious_threat"
    REQUIRED_BY_LAW = "required_by_law"
    LEGAL_DEFENCE = "legal_defence"
    COURT_ORDER = "court_order"
    SUBPOENA = "subpoena"
    RESEARCH_APPROVAL = "research_approval"
    AUDIT_AGREEMENT = "audit_agreement"
    OWN_TRAINING = "own_training"


class Obligation(StrEnum):
    """What the one who discloses must do besides."""

    MINIMUM_NECESSARY = "minimum_necessary"
    PART2_NOTICE = "part2_notice"
    CONSENT_COPY = "consent_copy"
    RECORD_DISCLOSURE = "record_disclosure"
    ACCOUNT = "account"
    LABEL_PART2 = "label_part2"
    NOTIFY_PRIVACY_OFFICER = "notify_privacy_officer"
    DOCUMENT_EMERGENCY = "document_emergency"


INSIDE = frozenset(
    {
        RecipientKind.ORIGINATOR,
        RecipientKind.SUPERVISOR,
        RecipientKind.CARE_TEAM,
        RecipientKind.WORKFORCE,
        RecipientKind.OTHER_PROGRAM,
    }
)
COVERED = INSIDE | {RecipientKind.TREATING_PROVIDER, RecipientKind.PAYER, RecipientKind.BUSINESS_ASSOCIATE}
PROVIDERS = INSIDE | {RecipientKind.TREATING_PROVIDER, RecipientKind.BUSINESS_ASSOCIATE}
THE_PERSON = frozenset({RecipientKind.CLIENT, RecipientKind.REPRESENTATIVE})
TPO = frozenset({Purpose.TREAT, Purpose.ETREAT, Purpose.BTG, Purpose.HPAYMT, Purpose.HOPERAT})
TREATMENT = frozenset({Purpose.TREAT, Purpose.ETREAT, Purpose.BTG})
PROTECTED_APART = frozenset({DataClass.PSYCHOTHERAPY_NOTE, DataClass.SUD_COUNSELING_NOTE})
SHOWN_TO_GUARDIANS = frozenset({DataClass.CONTACT, DataClass.DEMOGRAPHICS})
PART2_NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""The short form of the notice that accompanies a disclosure with consent, 42 CFR 2.32(a)(2)."""
