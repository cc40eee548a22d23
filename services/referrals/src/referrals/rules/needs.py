"""Social needs: the domains and the codes that may stand beside them.

Sources: HL7 SDOH Clinical Care (Gravity), CodeSystem SDOHCC-CodeSystemTemporaryCodes, categories; ICD-10-CM FY2026,
block Z55-Z65 (category Z61 does not exist in the clinical modification). Version 2026-11.
"""

import re
from enum import StrEnum


class NeedDomain(StrEnum):
    FOOD_INSECURITY = "food-insecurity"
    HOUSING_INSTABILITY = "housing-instability"
    HOMELESSNESS = "homelessness"
    INADEQUATE_HOUSING = "inadequate-housing"
    TRANSPORTATION_INSECURITY = "transportation-insecurity"
    FINANCIAL_INSECURITY = "financial-insecurity"
    MATERIAL_HARDSHIP = "material-hardship"
    EDUCATIONAL_ATTAINMENT = "educational-attainment"
    EMPLOYMENT_STATUS = "employment-status"
    VETERAN_STATUS = "veteran-status"
    STRESS = "stress"
    SOCIAL_CONNECTION = "social-connection"
    INTIMATE_PARTNER_VIOLENCE = "intimate-partner-violence"
    ELDER_ABUSE = "elder-abuse"
    PERSONAL_HEALTH_LITERACY = "personal-health-literacy"
    HEALTH_INSURANCE_COVERAGE_STATUS = "health-insurance-coverage-status"
    MEDICAL_COST_BURDEN = "medical-cost-burden"
    DIGITAL_LITERACY = "digital-literacy"
    DIGITAL_ACCESS = "digital-access"
    UTILITY_INSECURITY = "utility-insecurity"
    UNSPECIFIED = "sdoh-category-unspecified"


class NeedPriority(StrEnum):
    ROUTINE = "routine"
    URGENT = "urgent"


class NeedStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


NEXT: dict[NeedStatus, frozenset[NeedStatus]] = {
    NeedStatus.OPEN: frozenset({NeedStatus.RESOLVED}),
    NeedStatus.RESOLVED: frozenset(),
}

SOCIAL_CODE = re.compile(r"Z(?:5[5-9]|60|6[2-5])(?:\.\d{1,3})?", re.ASCII)


def is_social_code(code: str) -> bool:
    """Is this an ICD-10-CM code of the block on social circumstances (Z55-Z65)?"""
    return SOCIAL_CODE.fullmatch(code) is not None
