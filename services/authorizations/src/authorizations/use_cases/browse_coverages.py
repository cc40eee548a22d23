from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from authorizations import queries
from authorizations.models import Coverage
from authorizations.use_cases.audit_page import audit_page


async def browse_coverages(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, by: Principal
) -> Page[Coverage]:
    found = await queries.list_coverages(tx, page, client_id=client_id)
    audit_page(tx, "coverage.list", found.items, by=by)
    return found
