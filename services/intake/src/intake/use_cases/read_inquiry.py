from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Inquiry


async def read_inquiry(tx: Transaction, inquiry_id: UUID, *, by: Principal) -> Inquiry:
    inquiry = await queries.get_inquiry(tx, inquiry_id)
    tx.audit("inquiry.read", subject=inquiry.client_id, resource=inquiry.id, by=by)
    return inquiry
