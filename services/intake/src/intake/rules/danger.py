"""Danger flags of an inquiry and what the caller is told at once.

Source: agency convention on 988 Suicide & Crisis Lifeline messaging (SAMHSA). Version 2026-11.
"""

from enum import StrEnum


class DangerFlag(StrEnum):
    SUICIDAL_THOUGHTS_NOW = "suicidal_thoughts_now"
    DANGER_TO_OTHERS_NOW = "danger_to_others_now"
    CANNOT_CARE_FOR_SELF = "cannot_care_for_self"
    WITHDRAWAL = "withdrawal"
    PREGNANT_AND_SUD = "pregnant_and_sud"


EMERGENCY_TEXTS = {
    "en": (
        "If you or someone else may be in danger now, call 911 or go to the nearest emergency room. "
        "You can call or text 988 (Suicide & Crisis Lifeline) at any time, free and confidential. "
        "A person from our team has been told and will contact you."
    ),
    "es": (
        "Si usted u otra persona puede estar en peligro ahora, llame al 911 o vaya a la sala "
        "de emergencias más cercana. "
        "Puede llamar al 988 (oprima 2) o enviar AYUDA al 988 a cualquier hora; es gratis y confidencial. "
        "Ya avisamos a una persona de nuestro equipo, que se comunicará con usted."
    ),
}


def emergency_text(flags: list[str] | tuple[str, ...], language: str) -> str | None:
    """The text for a caller in danger, in the caller's language where we have it; None without a danger flag."""
    if not flags:
        return None
    return EMERGENCY_TEXTS.get(language.split("-")[0].lower(), EMERGENCY_TEXTS["en"])
