"""What a credential lets its holder do, and when it must be looked at.

Sources: domain section 7.5 (types, alerts at 90, 60, 30 and 7 days) and section 9, machine 22. Which titles practise
alone is each state's law; this table holds those that are independent in every state that grants them. Version 2026-11.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from workforce.rules.states import ZONE, begins, today_in


class CredentialType(StrEnum):
    LPC = "LPC"
    LCSW = "LCSW"
    LMFT = "LMFT"
    LPCC = "LPCC"
    PHD = "PhD"
    PSYD = "PsyD"
    MD = "MD"
    DO = "DO"
    PMHNP = "PMHNP"
    LPC_ASSOCIATE = "LPC-Associate"
    LMFT_ASSOCIATE = "LMFT-Associate"
    LCSW_ASSOCIATE = "LCSW-Associate"
    LMSW = "LMSW"
    APCC = "APCC"
    ASW = "ASW"
    AMFT = "AMFT"
    PSYCHOLOGICAL_ASSOCIATE = "Psychological-Associate"


T = CredentialType

INDEPENDENT = frozenset({T.LPC, T.LCSW, T.LMFT, T.LPCC, T.PHD, T.PSYD, T.MD, T.DO, T.PMHNP})
ASSOCIATE = frozenset(T) - INDEPENDENT


class CredentialStatus(StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    RENEWED = "renewed"


S = CredentialStatus

NEXT: dict[CredentialStatus, frozenset[CredentialStatus]] = {
    S.PENDING: frozenset({S.VERIFIED}),
    S.VERIFIED: frozenset({S.EXPIRING, S.EXPIRED, S.SUSPENDED}),
    S.EXPIRING: frozenset({S.EXPIRED, S.SUSPENDED, S.RENEWED}),
    S.EXPIRED: frozenset({S.RENEWED}),
    S.SUSPENDED: frozenset({S.RENEWED}),
    S.RENEWED: frozenset(),
}

LIVE = frozenset({S.VERIFIED, S.EXPIRING})


class VerificationSource(StrEnum):
    """Primary sources only: a copy that the holder hands in proves nothing."""

    STATE_BOARD = "state_board"
    NPPES = "nppes"
    NPDB = "npdb"
    UNIVERSITY = "university"


@dataclass(frozen=True)
class Standing:
    can_sign_independently: bool
    needs_cosign: bool


def standing(live: Iterable[CredentialType], *, is_practicum_student: bool) -> Standing:
    """What a clinician's live credentials allow. Who has none and is no student signs nothing at all."""
    held = frozenset(live)
    is_independent = bool(held & INDEPENDENT) and not is_practicum_student
    return Standing(is_independent, not is_independent and (is_practicum_student or bool(held & ASSOCIATE)))


ALERT_DAYS = (90, 60, 30, 7)
EARLIEST_RENEWAL = timedelta(days=ALERT_DAYS[0])
RENEWAL_RULE = "Credential: renew before it expires; alerts 90, 60, 30 and 7 days ahead (domain 7.5)."


def expires_at(expires_on: date, state: str) -> datetime:
    """A credential holds through its last day, in the state's zone."""
    return begins(expires_on + timedelta(days=1), ZONE[state])


def is_over(expires_on: date, state: str, now: datetime) -> bool:
    return expires_at(expires_on, state) <= now


def days_left(expires_on: date, state: str, now: datetime) -> int:
    return (expires_on - today_in(ZONE[state], now)).days


def alerts(expires_on: date, state: str, now: datetime) -> tuple[tuple[int, datetime], ...]:
    """Which alerts are still to come, and the moment of each; of those already passed only the last, at once."""
    planned = [(days, begins(expires_on - timedelta(days=days), ZONE[state])) for days in ALERT_DAYS]
    passed = [(days, now) for days, at in planned if at <= now]
    return tuple(passed[-1:] + [(days, at) for days, at in planned if at > now])
