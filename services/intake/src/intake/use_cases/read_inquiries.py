from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake import queries
from intake.models import Inquiry
from intake.rules.inquiries import InquiryStatus


async def read_inquiries(
    tx: Transaction, page: PageRequest, *, status: InquiryStatus | None, by: Principal
) -> Page[Inquiry]:
    found = await queries.list_inquiries(tx, page, status)
    for inquiry in found.items:
        tx.audit("inquiry.list", subject=inquiry.client_id, resource=inquiry.id, by=by)
    return found
