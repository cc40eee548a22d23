from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from authorizations import queries
from authorizations.models import EligibilityCheck
from authorizations.use_cases.audit_page import audit_page


async def browse_eligibility_checks(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, coverage_id: UUID | None, by: Principal
) -> Page[EligibilityCheck]:
    found = await queries.list_checks(tx, page, client_id=client_id, coverage_id=coverage_id)
    audit_page(tx, "eligibility.list", found.items, by=by)
    return found
