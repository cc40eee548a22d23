"""Whose quotas a request counts against. Source: api specification, Limits and change. Version 2026-11-23.

A partner app counts as itself, a person as a person; both count for the clinic to which they are bound, where it is
exactly one, and for their agency, so that one of many never takes what is there for all.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

EVERY_CLINIC = "*"
DEFAULTS: dict[str, str] = {"app": "3000/60", "person": "1500/60", "clinic": "12000/60", "agency": "30000/60"}
"""Name of a quota → requests/seconds."""


def counted(
    subject: UUID, agency: UUID | None, roles: Collection[str], clinics: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Each quota that a caller's request counts against, with the key of its bucket."""
    kind = "app" if "partner_app" in roles else "person"
    keys = {
        kind: str(subject),
        "clinic": clinics[0] if len(clinics) == 1 and EVERY_CLINIC not in clinics else None,
        "agency": str(agency) if agency else None,
    }
    return tuple((name, f"{agency}:{key}") for name, key in keys.items() if key)
