from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.errors import CoverageOfAnother, DatesReversed
from authorizations.models import AuthorizationRequest
from authorizations.rules.requests import RequestStatus
from authorizations.schemas import NewAuthorizationRequest
from authorizations.use_cases.find_labels import find_labels


async def draft_request(tx: Transaction, new: NewAuthorizationRequest, *, by: Principal) -> AuthorizationRequest:
    coverage = await queries.get_coverage(tx, new.coverage_id)
    if coverage.client_id != new.client_id:
        raise CoverageOfAnother("Name a coverage of this client.", pointer="/coverage_id")
    if new.valid_until < new.valid_from:
        raise DatesReversed("The window ends on or after its first day.", pointer="/valid_until")
    request = await tx.add(
        AuthorizationRequest(
            **new.model_dump(),
            payer_id=coverage.payer_id,
            status=RequestStatus.DRAFT,
            reason_codes=[],
            security_labels=await find_labels(tx, DataClass.BILLING, new.client_id, None),
        )
    )
    tx.audit("authorization_request.draft", subject=request.client_id, resource=request.id, by=by)
    return request
