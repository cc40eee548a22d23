"""Durations as people type them (`7d`, `2w`, `36h`, `1d12h`) and as ISO 8601 writes them (`P7D`)."""

import re

from trellis.problems import Trouble

TYPED = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def iso_duration(text: str) -> str:
    """`1d12h` → `P1DT12H`; what is ISO already stays."""
    if text.upper().startswith("P"):
        return text.upper()
    found = TYPED.fullmatch(text.lower())
    if not found or not any(found.groups()):
        raise Trouble(f"{text} is no duration: say 7d, 2w, 36h, 1d12h or 30m.")
    weeks, days, hours, minutes, seconds = found.groups()
    date = "".join(f"{n}{unit}" for n, unit in ((weeks, "W"), (days, "D")) if n)
    clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    return f"P{date}{'T' + clock if clock else ''}"
