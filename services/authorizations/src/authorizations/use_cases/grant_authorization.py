from privacy import DataClass
from shared.auth import Principal
from shared.contracts.authorizations import AuthApproved
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Authorization, AuthorizationRequest
from authorizations.rules.authorizations import AuthorizationStatus
from authorizations.rules.decisions import Decision
from authorizations.use_cases.find_labels import find_labels
from authorizations.use_cases.serve_waiting import serve_waiting
from authorizations.use_cases.watch_authorization import watch_authorization

SAME = {"client_id", "coverage_id", "payer_id", "service_kind", "unit_kind"}


async def grant_authorization(
    tx: Transaction, request: AuthorizationRequest, decision: Decision, *, number: str, by: Principal
) -> None:
    """Open the ledger with what the payer granted, and give units to whoever waited for them."""
    await queries.lock_client(tx, request.client_id)
    payer = await queries.get_payer(tx, request.payer_id)
    since, until = decision.valid_from or request.valid_from, decision.valid_until or request.valid_until
    same = request.model_dump(include=SAME) | {"request_id": request.id, "valid_from": since, "valid_until": until}
    authorization = Authorization(id=tx.new_id("authorization"), number=number, rounding=payer.rounding, **same)
    authorization.approved, authorization.status = decision.units, AuthorizationStatus.ACTIVE
    authorization.security_labels = await find_labels(tx, DataClass.BILLING, request.client_id, None)
    await tx.add(authorization)
    await watch_authorization(tx, authorization)
    tx.audit("authorization.grant", subject=request.client_id, resource=authorization.id, by=by)
    tx.publish(AuthApproved(
        auth_id=authorization.id, request_id=request.id, client_id=request.client_id, service_kind=request.service_kind,
        valid_from=since, valid_until=until, units=decision.units))  # fmt: skip
    await serve_waiting(tx, authorization, by=by)
