from uuid import UUID

from shared.auth import Principal
from shared.contracts.intake import InquiryClosed
from shared.contracts.tasks import TaskClosed
from shared.db import Transaction

from intake import queries
from intake.errors import DispositionMissing, InquiryNotOpen
from intake.models import Inquiry
from intake.rules.inquiries import NEXT, InquiryStatus, lacks_disposition
from intake.schemas.inquiries import InquiryClosure


async def close_inquiry(tx: Transaction, inquiry_id: UUID, *, closure: InquiryClosure, by: Principal) -> Inquiry:
    inquiry = await queries.lock_inquiry(tx, inquiry_id)
    if InquiryStatus.CLOSED not in NEXT[inquiry.status]:
        raise InquiryNotOpen(f"The inquiry is {inquiry.status}; only an open one is closed.")
    if lacks_disposition(inquiry.level, closure.disposition):
        raise DispositionMissing("Say how the emergency was handed over.")
    had_task = inquiry.status is InquiryStatus.TRIAGED
    inquiry.status, inquiry.closed_at = InquiryStatus.CLOSED, tx.now
    inquiry.close_reason, inquiry.disposition = closure.reason, closure.disposition
    await tx.save(inquiry)
    await tx.stop_timers(subject=inquiry.id)
    tx.audit("inquiry.close", resource=inquiry.id, by=by)
    tx.publish(InquiryClosed(inquiry_id=inquiry.id, reason_code=closure.reason))
    if had_task and inquiry.task_id is not None:
        tx.publish(TaskClosed(task_id=inquiry.task_id, reason="closed", at=tx.now))
    return inquiry
