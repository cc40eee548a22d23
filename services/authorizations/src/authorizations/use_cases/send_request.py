from shared.auth import Principal
from shared.db import Transaction

from authorizations.models import AuthorizationRequest, Payer
from authorizations.rules.payers import Adapter
from authorizations.use_cases.close_tasks import close_tasks
from authorizations.use_cases.open_task import open_task
from authorizations.use_cases.record_disclosure import record_disclosure


async def send_request(tx: Transaction, request: AuthorizationRequest, payer: Payer, *, by: Principal) -> None:
    """By machine through the outbound port; otherwise by a person, through the payer's portal."""
    await close_tasks(tx, "ur_answer_review", subject_id=request.id, reason="submitted")
    if payer.adapter is Adapter.PAS_FHIR:
        await tx.send("payer.submit", subject=request.id, payload={}, target=payer.id)
        return
    await open_task(tx, "ur_portal_submission", subject_id=request.id, client_id=request.client_id, by=by)
    record_disclosure(tx, request)
