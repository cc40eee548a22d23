from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake import queries
from intake.models import Guardianship


async def read_guardianships(
    tx: Transaction, client_id: UUID, *, page: PageRequest, by: Principal
) -> Page[Guardianship]:
    client = await queries.get_client(tx, client_id)
    tx.audit("guardianship.list", subject=client.id, by=by)
    return await queries.list_guardianships(tx, client.id, page)
