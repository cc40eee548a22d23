"""Kinds of consent and their life. Source: domain specification 2.5 and section 9, machine 3. Version 2026-11."""

from enum import StrEnum


class ConsentType(StrEnum):
    TREATMENT = "treatment"
    TELEHEALTH = "telehealth"
    NPP_ACKNOWLEDGEMENT = "npp_acknowledgement"
    FINANCIAL_AGREEMENT = "financial_agreement"
    ROI = "roi"
    PART2_TPO = "part2_tpo"
    PART2_SPECIFIC = "part2_specific"
    PART2_INTERMEDIARY = "part2_intermediary"
    PART2_LEGAL = "part2_legal"
    PART2_SUD_COUNSELING = "part2_sud_counseling"
    PSYCHOTHERAPY_NOTES = "psychotherapy_notes"
    GROUP_CONFIDENTIALITY = "group_confidentiality"
    RECORDING = "recording"
    COMMUNICATION = "communication"
    TRAINEE_INVOLVEMENT = "trainee_involvement"
    RESEARCH = "research"
    ADVANCE_DIRECTIVE = "advance_directive"


class ConsentStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    DECLINED = "declined"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class SignerRole(StrEnum):
    CLIENT = "client"
    GUARDIAN = "guardian"
    REPRESENTATIVE = "representative"


class SigningMethod(StrEnum):
    E_SIGN = "e_sign"
    PAPER_SCAN = "paper_scan"
    VERBAL_WITNESSED = "verbal_witnessed"


class ExpiryEvent(StrEnum):
    END_OF_TREATMENT = "end_of_treatment"
    END_OF_RESEARCH = "end_of_research"
    NONE = "none"


class RevocationMethod(StrEnum):
    PORTAL = "portal"
    WRITTEN = "written"
    IN_PERSON = "in_person"
    VERBAL = "verbal"


IN_WRITING = frozenset({ConsentType.ROI, ConsentType.RESEARCH, ConsentType.PSYCHOTHERAPY_NOTES})
"""Authorizations are revoked in writing, 45 CFR 164.508(b)(5); of the others a spoken word is enough."""
NEVER_REVOKED = frozenset({ConsentType.NPP_ACKNOWLEDGEMENT})
"""That a notice was received cannot be taken back."""


def why_not_revoked(
    kind: ConsentType, method: RevocationMethod, requested_by: SignerRole, signed_by: SignerRole | None
) -> str | None:
    """Why this consent cannot be revoked so; None when it can. Whoever signed may revoke, and the client always."""
    if kind in NEVER_REVOKED:
        return "An acknowledgement is not revoked."
    if kind in IN_WRITING and method is RevocationMethod.VERBAL:
        return "This kind is revoked in writing: take the words down and have them signed."
    if requested_by not in (SignerRole.CLIENT, signed_by):
        return f"It was signed by the {signed_by}: that person or the client revokes it."
    return None


NEXT: dict[ConsentStatus, frozenset[ConsentStatus]] = {
    ConsentStatus.DRAFT: frozenset({ConsentStatus.ACTIVE, ConsentStatus.DECLINED}),
    ConsentStatus.ACTIVE: frozenset({ConsentStatus.REVOKED, ConsentStatus.EXPIRED, ConsentStatus.SUPERSEDED}),
    ConsentStatus.DECLINED: frozenset(),
    ConsentStatus.REVOKED: frozenset(),
    ConsentStatus.EXPIRED: frozenset(),
    ConsentStatus.SUPERSEDED: frozenset(),
}
DISCLOSURE_TYPES = frozenset(
    {
        ConsentType.ROI,
        ConsentType.PART2_TPO,
        ConsentType.PART2_SPECIFIC,
        ConsentType.PART2_INTERMEDIARY,
        ConsentType.PART2_LEGAL,
        ConsentType.PART2_SUD_COUNSELING,
        ConsentType.PSYCHOTHERAPY_NOTES,
        ConsentType.RESEARCH,
    }
)
"""Consents that let something leave; the others let something be done."""
