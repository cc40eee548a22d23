"""Who stands for a client, by which authority, and until when.

Source: 45 CFR 164.502(g)(2), (3), 164.514(h); domain specification 2.3 and 7.1 (guardian). Version 2026-11.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from intake.rules.consents import SignerRole

MAJORITY = 18
CLIENT_ROLE = "client_portal"


class Authority(StrEnum):
    PARENT = "parent"
    GUARDIAN_OF_MINOR = "guardian_of_minor"
    GUARDIAN_OF_ADULT = "guardian_of_adult"
    HEALTH_CARE_AGENT = "health_care_agent"


class Custody(StrEnum):
    """Legal custody, as an order or the law gives it; who only visits has none."""

    SOLE = "sole"
    JOINT = "joint"
    NONE = "none"


OF_MINORS = frozenset({Authority.PARENT, Authority.GUARDIAN_OF_MINOR})
"""Authorities that end at majority, and that custody may take away before."""
HOLDS = frozenset({Custody.SOLE, Custody.JOINT})


@dataclass(frozen=True)
class Standing:
    """What is on file about one who stands for a client; days are the agency's."""

    authority: Authority
    custody: Custody | None
    starts_on: date
    ends_on: date | None = None
    has_ended: bool = False

    def stands(self, *, age: int, day: date) -> bool:
        """Whether this person may act for the client on that day."""
        if self.has_ended or day < self.starts_on or (self.ends_on is not None and day > self.ends_on):
            return False
        return self.authority not in OF_MINORS or (self.custody in HOLDS and age < MAJORITY)


def custody_is_told(authority: Authority, custody: Custody | None) -> bool:
    """Custody is of minors: said for them, and for nobody else."""
    return (authority in OF_MINORS) == (custody is not None)


def signs_alone(age: int, consents_from: int | None) -> bool:
    """An adult signs; a minor from the age at which the state lets him consent to this care alone."""
    return age >= MAJORITY or (consents_from is not None and age >= consents_from)


def acts_as(roles: Collection[str]) -> SignerRole:
    """An account is the client's own or a guardian's, never both."""
    return SignerRole.CLIENT if CLIENT_ROLE in roles else SignerRole.GUARDIAN


def is_known_to_guardian(signed_by: SignerRole | None) -> bool:
    return signed_by in (SignerRole.GUARDIAN, SignerRole.REPRESENTATIVE)
