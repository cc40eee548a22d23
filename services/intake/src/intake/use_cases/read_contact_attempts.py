from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake import queries
from intake.models import ContactAttempt


async def read_contact_attempts(
    tx: Transaction, inquiry_id: UUID, *, page: PageRequest, by: Principal
) -> Page[ContactAttempt]:
    inquiry = await queries.get_inquiry(tx, inquiry_id)
    tx.audit("inquiry.read", subject=inquiry.client_id, resource=inquiry.id, by=by)
    return await queries.list_attempts(tx, inquiry.id, page)
