from uuid import UUID

from shared.auth import Principal
from shared.contracts.intake import InquiryResponded
from shared.contracts.tasks import TaskClosed
from shared.db import Transaction

from intake import queries
from intake.errors import InquiryNotOpen
from intake.models import ContactAttempt, Inquiry
from intake.rules.inquiries import ATTEMPTED, InquiryStatus, is_first_contact
from intake.schemas.inquiries import NewContactAttempt


async def record_contact_attempt(
    tx: Transaction, inquiry_id: UUID, *, attempt: NewContactAttempt, by: Principal
) -> ContactAttempt:
    inquiry = await queries.lock_inquiry(tx, inquiry_id)
    if inquiry.status not in ATTEMPTED:
        raise InquiryNotOpen(
            f"The inquiry is {inquiry.status}; contact follows triage and ends with registration or closing."
        )
    inquiry.offered_on = inquiry.offered_on or attempt.offered_on
    inquiry.declined_on = inquiry.declined_on or attempt.declined_on
    if is_first_contact(inquiry.status, attempt.outcome):
        tell_first_contact(tx, inquiry)
    await tx.save(inquiry)
    tx.audit("inquiry.contact", resource=inquiry.id, by=by)
    made = ContactAttempt(
        **attempt.model_dump(), id=tx.new_id("attempt"), inquiry_id=inquiry.id, made_by=by.id, made_at=tx.now,
        security_labels=inquiry.security_labels,
    )  # fmt: skip
    return await tx.add(made)


def tell_first_contact(tx: Transaction, inquiry: Inquiry) -> None:
    inquiry.status, inquiry.responded_at = InquiryStatus.CONTACTED, tx.now
    tx.publish(InquiryResponded(inquiry_id=inquiry.id, at=tx.now))
    if inquiry.task_id is not None:
        tx.publish(TaskClosed(task_id=inquiry.task_id, reason="contacted", at=tx.now))
