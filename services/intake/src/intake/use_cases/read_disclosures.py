from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake import queries
from intake.models import Disclosure


async def read_disclosures(tx: Transaction, client_id: UUID, *, page: PageRequest, by: Principal) -> Page[Disclosure]:
    client = await queries.get_client(tx, client_id)
    tx.audit("disclosure.list", subject=client.id, by=by)
    return await queries.list_disclosures(tx, client.id, page)
