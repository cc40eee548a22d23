from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake import queries
from intake.models import Client


async def read_clients(tx: Transaction, page: PageRequest, *, by: Principal) -> Page[Client]:
    found = await queries.list_clients(tx, page)
    for client in found.items:
        tx.audit("client.list", subject=client.id, by=by)
    return found
