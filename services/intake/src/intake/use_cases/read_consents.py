from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake import queries
from intake.models import Consent


async def read_consents(tx: Transaction, client_id: UUID, *, page: PageRequest, by: Principal) -> Page[Consent]:
    client = await queries.get_client(tx, client_id)
    tx.audit("consent.list", subject=client.id, by=by)
    return await queries.list_consents(tx, client.id, page)
