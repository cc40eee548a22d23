from uuid import UUID

from shared.auth import Principal
from shared.contracts.authorizations import AuthSubmitted
from shared.db import Transaction

from authorizations import queries
from authorizations.errors import PacketIncomplete, RequestNotOpen
from authorizations.models import AuthorizationRequest
from authorizations.rules.charges import billable
from authorizations.rules.requests import NEXT, RequestStatus
from authorizations.use_cases.find_disclosure_consent import find_disclosure_consent
from authorizations.use_cases.send_request import send_request
from authorizations.use_cases.start_payer_clock import start_payer_clock


async def submit_request(tx: Transaction, request_id: UUID, *, by: Principal) -> AuthorizationRequest:
    request = await queries.lock_request(tx, request_id)
    if RequestStatus.SUBMITTED not in NEXT[request.status]:
        raise RequestNotOpen(f"The request is {request.status}; a draft or rejected one can be submitted.")
    packet = await queries.get_packet(tx, request_id)
    if not billable(tuple((d.code, d.verification) for d in packet.diagnoses)):
        raise PacketIncomplete("Record a diagnosis that is not a rule-out first.", missing=["diagnosis"])
    request.consent_id = await find_disclosure_consent(tx, request.client_id)
    request.status, request.submitted_at, request.is_overdue = RequestStatus.SUBMITTED, tx.now, False
    await start_payer_clock(tx, request, packet.payer)
    await tx.save(request)
    tx.audit(
        "authorization_request.submit",
        subject=request.client_id,
        resource=request.id,
        by=by,
        consent_id=request.consent_id,
    )
    tx.publish(
        AuthSubmitted(
            request_id=request.id, client_id=request.client_id, priority=request.priority, due_at=request.due_at
        )
    )
    await send_request(tx, request, packet.payer, by=by)
    return request
