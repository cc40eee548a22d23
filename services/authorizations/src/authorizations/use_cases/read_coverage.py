from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Coverage


async def read_coverage(tx: Transaction, coverage_id: UUID, *, by: Principal) -> Coverage:
    found = await queries.get_coverage(tx, coverage_id)
    tx.audit("coverage.read", subject=found.client_id, resource=found.id, by=by)
    return found
