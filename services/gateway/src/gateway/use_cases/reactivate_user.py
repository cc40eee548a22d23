from uuid import UUID

from shared.auth import Principal
from shared.contracts.gateway import UserRoleChanged
from shared.db import Transaction

from gateway import queries
from gateway.errors import UserActive
from gateway.models import UserAccount


async def reactivate_user(tx: Transaction, user_id: UUID, *, by: Principal) -> UserAccount:
    """The user may sign in again; no token of before counts."""
    user = await queries.lock_user(tx, user_id)
    if user.is_active:
        raise UserActive("The user is active.")
    user.is_active = True
    await tx.save(user)
    tx.audit("user.reactivate", resource=user.id, by=by)
    tx.publish(UserRoleChanged(user_id=user.id, roles=tuple(user.roles), clinic_ids=tuple(user.clinic_ids)))
    return user
