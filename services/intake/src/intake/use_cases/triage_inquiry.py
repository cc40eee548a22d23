from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.errors import InquiryNotOpen
from intake.models import Inquiry
from intake.rules.access import Level
from intake.rules.inquiries import NEXT, InquiryStatus
from intake.use_cases.start_access_clock import start_access_clock


async def triage_inquiry(tx: Transaction, inquiry_id: UUID, *, level: Level, by: Principal) -> Inquiry:
    inquiry = await queries.lock_inquiry(tx, inquiry_id)
    if InquiryStatus.TRIAGED not in NEXT[inquiry.status]:
        raise InquiryNotOpen(f"The inquiry is {inquiry.status}; only a new one is triaged.")
    await start_access_clock(tx, inquiry, level=level, by=by)
    return await tx.save(inquiry)
