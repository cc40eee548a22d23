from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Authorization


async def read_authorization(tx: Transaction, authorization_id: UUID, *, by: Principal) -> Authorization:
    found = await queries.get_authorization(tx, authorization_id)
    tx.audit("authorization.read", subject=found.client_id, resource=found.id, by=by)
    return found
