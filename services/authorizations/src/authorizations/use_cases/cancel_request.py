from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.errors import RequestNotOpen
from authorizations.models import AuthorizationRequest
from authorizations.rules.requests import NEXT, TASKS, RequestStatus
from authorizations.use_cases.close_tasks import close_tasks


async def cancel_request(tx: Transaction, request_id: UUID, *, by: Principal) -> AuthorizationRequest:
    request = await queries.lock_request(tx, request_id)
    if RequestStatus.CANCELLED not in NEXT[request.status]:
        raise RequestNotOpen(f"The request is {request.status}; only one without a decision can be cancelled.")
    request.status = RequestStatus.CANCELLED
    await tx.save(request)
    await tx.stop_timers(subject=request.id)
    await close_tasks(tx, *TASKS, subject_id=request.id, reason="cancelled")
    tx.audit("authorization_request.cancel", subject=request.client_id, resource=request.id, by=by)
    return request
