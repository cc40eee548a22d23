"""How long people stay signed in, by the time on the wall. Source: RFC 9700 section 4.14; ASVS 5.0 section 7.3.

Version 2026-11-23.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CODE_LIFE = timedelta(seconds=60)
GRACE = timedelta(seconds=15)
"""A refresh whose answer was lost may be repeated for so long."""
INVITATION_LIFE = timedelta(hours=72)
VISIT_LIFE = timedelta(minutes=10)


class EndReason(StrEnum):
    SIGNED_OUT = "signed_out"
    ENDED_BY_USER = "ended_by_user"
    TOKEN_REUSED = "token_reused"  # noqa: S105
    CODE_REUSED = "code_reused"
    DEACTIVATED = "deactivated"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    GUARDIANSHIP_ENDED = "guardianship_ended"


class Stage(StrEnum):
    """Where somebody stands who has shown the password."""

    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    RECOVERY_CODES = "recovery_codes"
    CONSENT = "consent"
    DONE = "done"


class Refresh(StrEnum):
    """What a refresh token that was presented calls for."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    REUSED = "reused"


@dataclass(frozen=True)
class Presented:
    """A refresh token as it is kept, beside the request that presents it. `successor_used`: the next one was used."""

    used_at: datetime | None
    is_same_request: bool
    successor_used: bool


def refresh_step(token: Presented, now: datetime) -> Refresh:
    """One use; a repetition of the same request while its answer may be lost; everything else is theft."""
    if token.used_at is None:
        return Refresh.ROTATE
    is_in_time = now - token.used_at <= GRACE
    return Refresh.REPEAT if is_in_time and token.is_same_request and not token.successor_used else Refresh.REUSED


def next_stage(*, has_totp: bool, needs_totp: bool, is_partner: bool) -> Stage:
    """What follows the password."""
    if has_totp:
        return Stage.SECOND_FACTOR
    return Stage.ENROL if needs_totp else after_second_factor(is_partner=is_partner)


def after_second_factor(*, is_partner: bool) -> Stage:
    return Stage.CONSENT if is_partner else Stage.DONE
