from uuid import UUID

from shared.db import Transaction

from intake import queries
from intake.errors import InquiryNotOpen
from intake.models import Inquiry
from intake.rules.inquiries import NEXT, InquiryStatus


async def lock_for_conversion(tx: Transaction, inquiry_id: UUID) -> Inquiry:
    inquiry = await queries.lock_inquiry(tx, inquiry_id)
    if InquiryStatus.CONVERTED not in NEXT[inquiry.status]:
        raise InquiryNotOpen(f"The inquiry is {inquiry.status}; one who was contacted is registered.")
    return inquiry


async def convert_inquiry(tx: Transaction, inquiry: Inquiry, *, client_id: UUID) -> None:
    """The person who asked is a client from now on; the clock runs on until the first service."""
    inquiry.status, inquiry.client_id = InquiryStatus.CONVERTED, client_id
    await tx.save(inquiry)
