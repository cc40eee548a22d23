from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from authorizations import queries
from authorizations.models import UnitEntry


async def read_ledger(tx: Transaction, authorization_id: UUID, *, page: PageRequest, by: Principal) -> Page[UnitEntry]:
    authorization = await queries.get_authorization(tx, authorization_id)
    tx.audit("ledger.read", subject=authorization.client_id, resource=authorization.id, by=by)
    return await queries.list_ledger(tx, authorization_id, page)
