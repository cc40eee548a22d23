"""Diagnoses: the shape of an ICD-10-CM code, header codes, and the states of a diagnosis.

Source: ICD-10-CM Official Guidelines FY 2027 (shape, header codes are no valid principal billing codes); criteria texts
are not shipped. Table version 2026-11-23.
"""

import re
from enum import StrEnum

CODE_SYSTEM = "http://hl7.org/fhir/sid/icd-10-cm"
CODE_SET_VERSION = "2027"
SHAPE = re.compile(r"^[A-Z][0-9][0-9AB](\.[0-9A-Z]{1,4})?$")
INPUT_PATTERN = r"^[A-Za-z][0-9][0-9ABab](\.?[0-9A-Za-z]{1,4})?$"
HEADERS = frozenset({"F32", "F43.1", "Z59.0"})
"""Codes that only head a family. An operator's loaded table replaces this short list."""
PRINCIPAL = 1


class Verification(StrEnum):
    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    RULE_OUT = "rule_out"
    REFUTED = "refuted"
    RESOLVED = "resolved"
    ENTERED_IN_ERROR = "entered_in_error"


NEXT: dict[Verification, frozenset[Verification]] = {
    Verification.PROVISIONAL: frozenset({Verification.CONFIRMED, Verification.REFUTED, Verification.ENTERED_IN_ERROR}),
    Verification.RULE_OUT: frozenset({Verification.REFUTED, Verification.ENTERED_IN_ERROR}),
    Verification.CONFIRMED: frozenset({Verification.RESOLVED, Verification.ENTERED_IN_ERROR}),
    Verification.REFUTED: frozenset({Verification.ENTERED_IN_ERROR}),
    Verification.RESOLVED: frozenset({Verification.ENTERED_IN_ERROR}),
    Verification.ENTERED_IN_ERROR: frozenset(),
}
STARTS_AS = frozenset({Verification.PROVISIONAL, Verification.CONFIRMED, Verification.RULE_OUT})
STANDS = STARTS_AS
ON_CLAIMS = frozenset({Verification.PROVISIONAL, Verification.CONFIRMED})


def normalised(code: str) -> str | None:
    """The code as it is stored, with its dot; None when it cannot be one."""
    plain = code.strip().upper().replace(".", "", 1)
    dotted = plain if len(plain) <= 3 else f"{plain[:3]}.{plain[3:]}"
    return dotted if SHAPE.match(dotted) else None


def is_billable(code: str, verification: Verification) -> bool:
    return code not in HEADERS and verification in ON_CLAIMS
