"""Durations as ISO 8601-1 section 5.5.2 writes them: weeks, days, hours, minutes, seconds. Version 2026-11-23.

Years and months have no fixed length and are refused.
"""

import re
from datetime import timedelta

FORM = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?")


def duration(text: str) -> timedelta | None:
    """The length that the text says, None where it is not one or is nothing at all."""
    found = FORM.fullmatch(text)
    if not found or not any(found.groups()) or text.endswith("T"):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
