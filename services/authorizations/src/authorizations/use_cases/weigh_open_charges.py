from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.use_cases.weigh_charge import weigh_charge


async def weigh_open_charges(tx: Transaction, client_id: UUID, *, by: Principal) -> None:
    """A fact arrived that charges of this client may have waited for."""
    await queries.lock_client(tx, client_id)
    for charge in await queries.lock_open_charges(tx, client_id):
        await weigh_charge(tx, charge, by=by)
