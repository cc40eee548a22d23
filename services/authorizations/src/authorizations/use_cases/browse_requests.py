from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from authorizations import queries
from authorizations.models import AuthorizationRequest
from authorizations.rules.requests import RequestStatus
from authorizations.use_cases.audit_page import audit_page


async def browse_requests(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: RequestStatus | None, by: Principal
) -> Page[AuthorizationRequest]:
    found = await queries.list_requests(tx, page, client_id=client_id, status=status)
    audit_page(tx, "authorization_request.list", found.items, by=by)
    return found
