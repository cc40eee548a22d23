from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.errors import RestrictionWithdrawn
from intake.models import Restriction


async def withdraw_restriction(tx: Transaction, client_id: UUID, *, restriction_id: UUID, by: Principal) -> Restriction:
    restriction = await queries.lock_restriction(tx, client_id, restriction_id)
    if restriction.withdrawn_at is not None:
        raise RestrictionWithdrawn("It holds no longer.")
    restriction.withdrawn_at = tx.now
    tx.audit("restriction.withdraw", subject=client_id, resource=restriction.id, by=by)
    return await tx.save(restriction)
