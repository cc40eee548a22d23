from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.errors import RequestNotOpen
from authorizations.models import AuthorizationRequest
from authorizations.rules.payers import Adapter
from authorizations.rules.requests import WAITING


async def ask_payer(tx: Transaction, request_id: UUID, *, by: Principal) -> AuthorizationRequest:
    """Ask once how a waiting request stands. Nothing polls: PAS wants the payer to notify."""
    request = await queries.lock_request(tx, request_id)
    payer = await queries.get_payer(tx, request.payer_id)
    if request.status not in WAITING or payer.adapter is not Adapter.PAS_FHIR:
        raise RequestNotOpen(
            f"The request is {request.status}, its payer {payer.adapter}; only a waiting one by pas_fhir can be asked."
        )
    await tx.send("payer.inquire", subject=request.id, payload={}, target=payer.id)
    tx.audit("authorization_request.inquire", subject=request.client_id, resource=request.id, by=by)
    return request
