from shared.auth import Principal
from shared.db import Transaction

from authorizations.models import AuthorizationRequest
from authorizations.rules.requests import RequestStatus
from authorizations.use_cases.open_task import open_task


async def reject_request(tx: Transaction, request: AuthorizationRequest, finding: str, *, by: Principal) -> None:
    """The payer did not take the request: fix it and send it again."""
    request.status, request.finding = RequestStatus.REJECTED, finding
    await tx.save(request)
    await tx.stop_timers(subject=request.id)
    tx.audit("authorization_request.reject", subject=request.client_id, resource=request.id, by=by)
    await open_task(tx, "ur_answer_review", subject_id=request.id, client_id=request.client_id, by=by)
