"""The course of a referral, and on which consent it may go out.

Sources: domain section 9, machine 17, and 9.1; FHIR SDOH Clinical Care IG (Task states, who sets them). Version
2026-11. Consent is decided by the disclosure rules of `privacy`, which decide again when something is sent.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import privacy.decision as privacy
from privacy.classes import DataClass, Purpose, RecipientKind
from privacy.decision import ConsentFacts, Disclosure, Verdict


class ReferralStatus(StrEnum):
    DRAFT = "draft"
    NEEDS_CONSENT = "needs_consent"
    READY = "ready"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NO_RESPONSE = "no_response"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    FAILED = "failed"
    COMPLETED = "completed"
    LOOP_CLOSED = "loop_closed"
    CANCELLED = "cancelled"


S = ReferralStatus

NEXT: dict[ReferralStatus, frozenset[ReferralStatus]] = {
    S.DRAFT: frozenset({S.NEEDS_CONSENT, S.READY, S.CANCELLED}),
    S.NEEDS_CONSENT: frozenset({S.READY, S.CANCELLED}),
    S.READY: frozenset({S.SENT, S.NEEDS_CONSENT, S.CANCELLED}),
    S.SENT: frozenset({S.ACCEPTED, S.REJECTED, S.NO_RESPONSE, S.CANCELLED}),
    S.ACCEPTED: frozenset({S.IN_PROGRESS, S.FAILED, S.CANCELLED}),
    S.IN_PROGRESS: frozenset({S.ON_HOLD, S.COMPLETED, S.FAILED, S.CANCELLED}),
    S.ON_HOLD: frozenset({S.IN_PROGRESS, S.FAILED}),
    S.COMPLETED: frozenset({S.LOOP_CLOSED}),
    S.REJECTED: frozenset(),
    S.NO_RESPONSE: frozenset(),
    S.FAILED: frozenset(),
    S.LOOP_CLOSED: frozenset(),
    S.CANCELLED: frozenset(),
}

UNSENT = frozenset({S.DRAFT, S.NEEDS_CONSENT, S.READY})
SHARED = frozenset({S.SENT, S.ACCEPTED, S.IN_PROGRESS, S.ON_HOLD})


class ConsentState(StrEnum):
    ACTIVE = "active"
    REVOKED = "revoked"
    EXPIRED = "expired"


PURPOSES = (Purpose.TREAT, Purpose.COC)


def decide(
    consents: Iterable[ConsentFacts],
    recipient_id: UUID,
    *,
    at: datetime,
    is_part2: bool = False,
    program_id: UUID | None = None,
) -> Verdict:
    """May a referral go to this organization? Asked for contact details: the least that leaves with any referral."""
    asked = Disclosure(
        DataClass.CONTACT,
        PURPOSES[0],
        RecipientKind.COMMUNITY_ORGANISATION,
        at,
        recipient_id=recipient_id,
        program_id=program_id,
        is_part2=is_part2,
        consents=tuple(consents),
    )
    verdicts = [privacy.decide(replace(asked, purpose=purpose)) for purpose in PURPOSES]
    return next((verdict for verdict in verdicts if verdict.is_permitted), verdicts[0])


def status_after(status: ReferralStatus, verdict: Verdict) -> ReferralStatus:
    """Where an unsent referral stands after the decision; what was sent keeps its state."""
    if status not in UNSENT:
        return status
    return S.READY if verdict.is_permitted else S.NEEDS_CONSENT
