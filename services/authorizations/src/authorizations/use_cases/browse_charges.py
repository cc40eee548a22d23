from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from authorizations import queries
from authorizations.models import Charge
from authorizations.rules.charges import ChargeStatus
from authorizations.use_cases.audit_page import audit_page


async def browse_charges(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: ChargeStatus | None, by: Principal
) -> Page[Charge]:
    found = await queries.list_charges(tx, page, client_id=client_id, status=status)
    audit_page(tx, "charge.list", found.items, by=by)
    return found
