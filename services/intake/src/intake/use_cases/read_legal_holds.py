from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake import queries
from intake.models import LegalHold


async def read_legal_holds(tx: Transaction, *, page: PageRequest, by: Principal) -> Page[LegalHold]:
    found = await queries.list_holds(tx, page)
    for client_id in {hold.client_id for hold in found.items}:
        tx.audit("legal_hold.list", subject=client_id, by=by)
    return found
