from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import EligibilityCheck


async def read_eligibility_check(tx: Transaction, check_id: UUID, *, by: Principal) -> EligibilityCheck:
    found = await queries.get_check(tx, check_id)
    tx.audit("eligibility.read", subject=found.client_id, resource=found.id, by=by)
    return found
