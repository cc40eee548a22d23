from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import AuthorizationRequest


async def read_request(tx: Transaction, request_id: UUID, *, by: Principal) -> AuthorizationRequest:
    found = await queries.get_request(tx, request_id)
    tx.audit("authorization_request.read", subject=found.client_id, resource=found.id, by=by)
    return found
