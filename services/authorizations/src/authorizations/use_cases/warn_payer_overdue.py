from uuid import UUID

from shared.auth import Principal
from shared.contracts.authorizations import AuthPayerOverdue
from shared.db import Transaction

from authorizations import queries
from authorizations.rules.requests import WAITING
from authorizations.use_cases.open_task import open_task


async def warn_payer_overdue(tx: Transaction, request_id: UUID, *, by: Principal) -> None:
    request = await queries.lock_request(tx, request_id)
    if request.status not in WAITING:
        return
    request.is_overdue = True
    await tx.save(request)
    tx.audit("authorization_request.overdue", subject=request.client_id, resource=request.id, by=by)
    tx.publish(AuthPayerOverdue(request_id=request.id, client_id=request.client_id))
    await open_task(tx, "payer_overdue", subject_id=request.id, client_id=request.client_id, by=by)
