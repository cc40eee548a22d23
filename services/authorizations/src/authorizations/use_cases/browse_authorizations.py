from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from authorizations import queries
from authorizations.models import Authorization
from authorizations.rules.authorizations import AuthorizationStatus
from authorizations.use_cases.audit_page import audit_page


async def browse_authorizations(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: AuthorizationStatus | None, by: Principal
) -> Page[Authorization]:
    found = await queries.list_authorizations(tx, page, client_id=client_id, status=status)
    audit_page(tx, "authorization.list", found.items, by=by)
    return found
