from shared.auth import Principal
from shared.db import Transaction

from authorizations.models import AuthorizationRequest
from authorizations.rules.decisions import Answer, Asked, decide
from authorizations.rules.requests import DECIDED, GRANTED
from authorizations.use_cases.grant_authorization import grant_authorization
from authorizations.use_cases.tell_answer import tell_answer
from authorizations.use_cases.weigh_open_charges import weigh_open_charges


async def settle_request(
    tx: Transaction, request: AuthorizationRequest, answer: Answer, *, by: Principal
) -> AuthorizationRequest:
    """Weigh the payer's answer, whichever way it came, and do what follows from it."""
    decision = decide(Asked(request.units, request.valid_from, request.valid_until), answer)
    request.status, request.finding, request.action_code = decision.status, decision.finding, answer.action
    request.reason_codes, request.was_human_reviewed = list(answer.reason_codes), answer.was_human_reviewed
    request.payer_reference = answer.reference or answer.number or request.payer_reference
    if decision.status in DECIDED:
        request.decided_at = tx.now
        await tx.stop_timers(subject=request.id, kind="payer_due")
    await tell_answer(tx, request, by=by)
    await tx.save(request)
    tx.audit("authorization_request.answer", subject=request.client_id, resource=request.id, by=by)
    if decision.status in GRANTED:
        await grant_authorization(tx, request, decision, number=answer.number or "", by=by)
    await weigh_open_charges(tx, request.client_id, by=by)
    return request
