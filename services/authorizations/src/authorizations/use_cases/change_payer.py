from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Payer
from authorizations.schemas import PayerChange


async def change_payer(tx: Transaction, payer_id: UUID, change: PayerChange, *, by: Principal) -> Payer:
    """What was agreed before stays; one that is not active takes no new coverage."""
    payer = await queries.lock_payer(tx, payer_id)
    tx.expect(payer)
    for name, value in change.changes("json").items():
        setattr(payer, name, value)
    await tx.save(payer)
    tx.audit("payer.change", resource=payer.id, by=by)
    return payer
