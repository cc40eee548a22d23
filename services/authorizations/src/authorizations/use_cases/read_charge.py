from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Charge


async def read_charge(tx: Transaction, charge_id: UUID, *, by: Principal) -> Charge:
    found = await queries.get_charge(tx, charge_id)
    tx.audit("charge.read", subject=found.client_id, resource=found.id, by=by)
    return found
