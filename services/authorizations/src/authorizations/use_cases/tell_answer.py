from shared.auth import Principal
from shared.contracts.authorizations import AuthDenialDefective, AuthDenied, AuthPended
from shared.db import Transaction

from authorizations import queries
from authorizations.models import AuthorizationRequest
from authorizations.rules.clocks import appeal_by
from authorizations.rules.decisions import is_defective
from authorizations.rules.requests import TASK_OF, TASKS, RequestStatus
from authorizations.use_cases.close_tasks import close_tasks
from authorizations.use_cases.find_today import find_today
from authorizations.use_cases.open_task import open_task


async def tell_answer(tx: Transaction, request: AuthorizationRequest, *, by: Principal) -> None:
    """Publish a pend or a denial, close the work that the answer ends and open what it begins."""
    await close_tasks(tx, *TASKS, subject_id=request.id, reason=request.status.value)
    if request.status is RequestStatus.PENDED:
        tx.publish(AuthPended(request_id=request.id, client_id=request.client_id))
    if request.status is RequestStatus.DENIED:
        payer, (today, _) = await queries.get_payer(tx, request.payer_id), await find_today(tx)
        request.appeal_by = appeal_by(payer.payer_type, today, contract_days=payer.appeal_days)
        reasons = tuple(request.reason_codes)
        tx.publish(
            AuthDenied(
                request_id=request.id, client_id=request.client_id, reason_codes=reasons, appeal_by=request.appeal_by
            )
        )
    if request.status in TASK_OF:
        await open_task(tx, TASK_OF[request.status], subject_id=request.id, client_id=request.client_id, by=by)
    if is_defective(request.status, tuple(request.reason_codes)):
        await open_task(tx, "denial_defective", subject_id=request.id, client_id=request.client_id, by=by)
        tx.publish(AuthDenialDefective(request_id=request.id, client_id=request.client_id))
