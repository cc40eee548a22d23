"""Clients: states, age bands, record numbers, and who sees how much.

Sources: domain specification 2.3, 7.1, 9 (machine 2). Version 2026-11.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from uuid import UUID

ADULT_FROM, OLDER_FROM = 18, 65
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CARE_TEAM_ROLES = frozenset({"therapist", "associate", "practicum_student", "psychiatrist", "case_manager"})
VOLUNTARY = frozenset({"pronouns", "gender_identity", "sexual_orientation"})
MINIMAL_ROLES = frozenset({"scheduler", "front_desk"})


class ClientStatus(StrEnum):
    PROSPECTIVE = "prospective"
    ACTIVE = "active"
    INACTIVE = "inactive"
    MERGED_INTO = "merged_into"
    DECEASED = "deceased"


class Sex(StrEnum):
    """As on the insurance card."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class AgeBand(StrEnum):
    MINOR = "minor"
    ADULT = "adult"
    OLDER = "older"


NEXT: dict[ClientStatus, frozenset[ClientStatus]] = {
    ClientStatus.PROSPECTIVE: frozenset({ClientStatus.ACTIVE, ClientStatus.MERGED_INTO, ClientStatus.DECEASED}),
    ClientStatus.ACTIVE: frozenset({ClientStatus.INACTIVE, ClientStatus.MERGED_INTO, ClientStatus.DECEASED}),
    ClientStatus.INACTIVE: frozenset({ClientStatus.ACTIVE, ClientStatus.MERGED_INTO, ClientStatus.DECEASED}),
    ClientStatus.MERGED_INTO: frozenset({ClientStatus.ACTIVE}),
    ClientStatus.DECEASED: frozenset(),
}


def age_on(birth_date: date, today: date) -> int:
    """Whole years; who was born on 29 February has a birthday on 1 March in other years."""
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def age_band(birth_date: date, today: date) -> AgeBand:
    age = age_on(birth_date, today)
    if age >= OLDER_FROM:
        return AgeBand.OLDER
    return AgeBand.ADULT if age >= ADULT_FROM else AgeBand.MINOR


def record_number(client_id: UUID) -> str:
    """The MRN: ten Crockford characters from the random end of the id, and a check character."""
    value, text = client_id.int & ((1 << 50) - 1), ""
    check = ALPHABET[value % 31]
    for _ in range(10):
        value, rest = divmod(value, 32)
        text = ALPHABET[rest] + text
    return f"{text[:5]}-{text[5:]}{check}"


def sees_confidential_address(roles: frozenset[str]) -> bool:
    """A confidential address is for the care team alone, whose rows are already no others than its clients'."""
    return bool(roles & CARE_TEAM_ROLES)


def sees_minimum_only(roles: frozenset[str]) -> bool:
    """Schedulers and the front desk see the name to use and how to reach the person."""
    return bool(roles) and roles <= MINIMAL_ROLES


def is_served(status: ClientStatus) -> bool:
    return status not in (ClientStatus.MERGED_INTO, ClientStatus.DECEASED)


def told_fields(changed: Collection[str]) -> tuple[str, ...]:
    """Which changes other services hear of: what is voluntary and sensitive is not even named."""
    return tuple(sorted(set(changed) - VOLUNTARY))
