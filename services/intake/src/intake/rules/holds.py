"""Legal holds and the destruction of keys: what may be said as a reason, and how a hold goes.

Source: domain specification 7.3 (legal hold stops purge); Federal Rules of Civil Procedure 37(e). Version 2026-11.
"""

from enum import StrEnum


class HoldStatus(StrEnum):
    PLACED = "placed"
    RELEASED = "released"


class HoldReason(StrEnum):
    LITIGATION = "litigation"
    SUBPOENA = "subpoena"
    INVESTIGATION = "investigation"
    AUDIT = "audit"
    COMPLAINT = "complaint"


class DestructionReason(StrEnum):
    """Why nobody shall read a client's record again. Retention by the law of the state is over, or never began."""

    RETENTION_OVER = "retention_over"
    COURT_ORDER = "court_order"
    RECORDED_IN_ERROR = "recorded_in_error"


NEXT: dict[HoldStatus, frozenset[HoldStatus]] = {
    HoldStatus.PLACED: frozenset({HoldStatus.RELEASED}),
    HoldStatus.RELEASED: frozenset(),
}
