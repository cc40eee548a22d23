"""The life of a signing key. Source: RFC 7517; rotation by quality B3. Version 2026-11-23."""

from enum import StrEnum


class KeyStatus(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"


NEXT: dict[KeyStatus, frozenset[KeyStatus]] = {
    KeyStatus.ACTIVE: frozenset({KeyStatus.RETIRED}),
    KeyStatus.RETIRED: frozenset(),
}
