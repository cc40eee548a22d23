"""The National Provider Identifier.

Source: CMS, NPI check digit (ISO/IEC 7812 Luhn over the prefix 80840 and the ten digits); 45 CFR 162.406.
Version 2026-11.
"""

import re

SHAPE = re.compile(r"[12]\d{9}", re.ASCII)
PREFIX = "80840"


def luhn(digits: str) -> bool:
    """Does the last digit check the others? From the right, every second digit counts twice, its digits summed."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def is_npi(text: str) -> bool:
    """Ten digits beginning with 1 or 2, with a right check digit."""
    return SHAPE.fullmatch(text) is not None and luhn(PREFIX + text)
