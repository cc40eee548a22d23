from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.errors import EvidenceUnfit, RequestNotOpen
from authorizations.models import AuthorizationRequest
from authorizations.rules.decisions import Answer, Asked, decide
from authorizations.rules.requests import NEXT, RequestStatus
from authorizations.schemas import ManualDecision
from authorizations.use_cases.settle_request import settle_request


async def decide_manually(
    tx: Transaction, request_id: UUID, said: ManualDecision, *, by: Principal
) -> AuthorizationRequest:
    """Staff record the payer's answer with its evidence; it is weighed like one that came by machine."""
    request = await queries.lock_request(tx, request_id)
    answer = Answer(**said.model_dump(exclude={"action_code", "evidence_reference"}), action=said.action_code)
    decision = decide(Asked(request.units, request.valid_from, request.valid_until), answer)
    if decision.status not in NEXT[request.status]:
        raise RequestNotOpen(f"The request is {request.status}; it cannot become {decision.status}.")
    if decision.status is RequestStatus.NEEDS_REVIEW and decision.finding != "unknown_code":
        raise EvidenceUnfit(f"The answer does not hold together: {decision.finding}.", pointer="/action_code")
    request.evidence_reference = said.evidence_reference
    return await settle_request(tx, request, answer, by=by)
