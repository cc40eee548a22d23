"""The states of a request for authorization. Source: domain specification 9, machine 18, version 2026-11."""

from enum import StrEnum


class RequestStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    PENDED = "pended"
    INFO_SENT = "info_sent"
    CONTACT_PAYER = "contact_payer"
    NEEDS_REVIEW = "needs_review"
    APPROVED = "approved"
    MODIFIED = "modified"
    PARTIALLY_APPROVED = "partially_approved"
    DENIED = "denied"
    NOT_REQUIRED = "not_required"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    APPEALED = "appealed"


S = RequestStatus
GRANTED: frozenset[RequestStatus] = frozenset({S.APPROVED, S.MODIFIED, S.PARTIALLY_APPROVED})
DECIDED: frozenset[RequestStatus] = GRANTED | {S.DENIED, S.NOT_REQUIRED}
ANSWERS: frozenset[RequestStatus] = DECIDED | {S.PENDED, S.CONTACT_PAYER, S.NEEDS_REVIEW, S.REJECTED, S.CANCELLED}
WAITING: frozenset[RequestStatus] = frozenset({S.SUBMITTED, S.PENDED, S.INFO_SENT, S.CONTACT_PAYER, S.NEEDS_REVIEW})
NEXT: dict[RequestStatus, frozenset[RequestStatus]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.CANCELLED}),
    S.SUBMITTED: ANSWERS,
    S.PENDED: ANSWERS | {S.INFO_SENT},
    S.INFO_SENT: ANSWERS,
    S.CONTACT_PAYER: ANSWERS,
    S.NEEDS_REVIEW: ANSWERS,
    S.REJECTED: frozenset({S.SUBMITTED, S.CANCELLED}),
    S.DENIED: frozenset({S.APPEALED}),
    S.APPEALED: GRANTED | {S.DENIED},
    S.APPROVED: frozenset(),
    S.MODIFIED: frozenset(),
    S.PARTIALLY_APPROVED: frozenset(),
    S.NOT_REQUIRED: frozenset(),
    S.CANCELLED: frozenset(),
}
# The work that an answer begins; the next answer ends it.
TASK_OF: dict[RequestStatus, str] = {
    S.PENDED: "ur_auth_pended",
    S.CONTACT_PAYER: "ur_answer_review",
    S.NEEDS_REVIEW: "ur_answer_review",
    S.DENIED: "ur_denied",
}
TASKS: tuple[str, ...] = ("ur_portal_submission", "ur_auth_pended", "ur_answer_review", "payer_overdue")
