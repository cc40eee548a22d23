from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake import queries
from intake.models import Restriction


async def read_restrictions(tx: Transaction, client_id: UUID, *, page: PageRequest, by: Principal) -> Page[Restriction]:
    client = await queries.get_client(tx, client_id)
    tx.audit("restriction.list", subject=client.id, by=by)
    return await queries.list_restrictions(tx, client.id, page)
