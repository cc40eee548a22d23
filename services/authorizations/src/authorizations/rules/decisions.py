"""What a payer's answer means. Approval is read from the review action alone, never from the outcome of the response.

Source: X12 278 HCR01 (data element 306) as used by Da Vinci PAS 2.2.1 (domain specification 6.2, version 2026-11). A2
and C rest on secondary sources. A code that is not in the table goes to a person, and never opens an authorization.
"""

from dataclasses import dataclass
from datetime import date

from authorizations.rules.requests import GRANTED, RequestStatus

ACTIONS: dict[str, RequestStatus] = {
    "A1": RequestStatus.APPROVED,
    "A2": RequestStatus.PARTIALLY_APPROVED,
    "A3": RequestStatus.DENIED,
    "A4": RequestStatus.PENDED,
    "A6": RequestStatus.MODIFIED,
    "C": RequestStatus.CANCELLED,
    "CT": RequestStatus.CONTACT_PAYER,
    "NA": RequestStatus.NOT_REQUIRED,
}
NAMES_UNITS: frozenset[RequestStatus] = frozenset({RequestStatus.MODIFIED, RequestStatus.PARTIALLY_APPROVED})


@dataclass(frozen=True)
class Asked:
    units: int
    valid_from: date
    valid_until: date


@dataclass(frozen=True)
class Answer:
    """What the payer said, by whichever way it came. `units` is what it really authorised, where it said so."""

    action: str | None
    number: str | None = None
    units: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    reason_codes: tuple[str, ...] = ()
    reference: str | None = None
    was_human_reviewed: bool | None = None


@dataclass(frozen=True)
class Decision:
    """`finding` says why a person must look. Units and window stand only beside a grant."""

    status: RequestStatus
    finding: str | None = None
    units: int = 0
    valid_from: date | None = None
    valid_until: date | None = None


def decide(asked: Asked, answer: Answer) -> Decision:
    """The status that an answer leads to, with what was granted. What does not add up needs review."""
    status = ACTIONS.get(answer.action or "")
    if status is None:
        return Decision(RequestStatus.NEEDS_REVIEW, "unknown_code")
    return grant(status, asked, answer) if status in GRANTED else Decision(status)


def grant(status: RequestStatus, asked: Asked, answer: Answer) -> Decision:
    """Units of a modified or partial answer are the payer's, never what we asked for."""
    units = answer.units if answer.units is not None or status in NAMES_UNITS else asked.units
    since, until = answer.valid_from or asked.valid_from, answer.valid_until or asked.valid_until
    finding = next(
        (
            name
            for name, wrong in (
                ("number_missing", not answer.number),
                ("units_missing", not units or units < 0),
                ("window_reversed", until < since),
            )
            if wrong
        ),
        None,
    )
    if finding:
        return Decision(RequestStatus.NEEDS_REVIEW, finding)
    return Decision(status, None, units or 0, since, until)


def is_defective(status: RequestStatus, reason_codes: tuple[str, ...]) -> bool:
    """A denial must name a specific reason (CMS-0057-F)."""
    return status is RequestStatus.DENIED and not any(code.strip() for code in reason_codes)
