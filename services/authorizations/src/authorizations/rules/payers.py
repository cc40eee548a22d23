"""Payers as the agency knows them. Source: domain specification 6.1 (coverage) and 6.2 (adapters), version 2026-11."""

from enum import StrEnum


class PayerType(StrEnum):
    MEDICAID_FFS = "medicaid_ffs"
    MEDICAID_MCO = "medicaid_mco"
    CHIP = "chip"
    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare_advantage"
    FFE_QHP = "ffe_qhp"
    COMMERCIAL_INSURED = "commercial_insured"
    SELF_FUNDED_ERISA = "self_funded_erisa"
    EAP = "eap"
    SELF_PAY = "self_pay"


class Adapter(StrEnum):
    """How requests reach the payer. `portal_manual`: staff record what portal, telephone or fax said, with evidence."""

    PAS_FHIR = "pas_fhir"
    PORTAL_MANUAL = "portal_manual"


class Relation(StrEnum):
    """The client's relation to the subscriber."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    OTHER = "other"


class CoverageOrder(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    TERTIARY = "tertiary"


ORDER: tuple[CoverageOrder, ...] = (CoverageOrder.PRIMARY, CoverageOrder.SECONDARY, CoverageOrder.TERTIARY)
