from uuid import UUID

from shared.auth import Principal
from shared.contracts.gateway import UserRoleChanged
from shared.db import Transaction

from gateway import queries
from gateway.errors import UserInactive
from gateway.models import UserAccount
from gateway.rules.roles import ADMINISTRATOR
from gateway.schemas.users import UserChange
from gateway.use_cases.check_account import check_account
from gateway.use_cases.keep_an_administrator import keep_an_administrator


async def change_user(tx: Transaction, user_id: UUID, change: UserChange, *, by: Principal) -> UserAccount:
    """New roles, clinics or clients. Tokens that are out keep the old ones for ten minutes at most."""
    user = await queries.lock_user(tx, user_id)
    tx.expect(user)
    if not user.is_active:
        raise UserInactive("The user is deactivated; only active users change.")
    was_administrator = ADMINISTRATOR in user.roles
    for name, value in change.changes().items():
        setattr(user, name, sorted(set(value)) if isinstance(value, list) else value)
    user.roles = [str(role) for role in user.roles]
    await check_account(tx, user)
    if was_administrator and ADMINISTRATOR not in user.roles:
        await keep_an_administrator(tx, user)
    await tx.save(user)
    tx.audit("user.change", resource=user.id, by=by)
    tx.publish(UserRoleChanged(user_id=user.id, roles=tuple(user.roles), clinic_ids=tuple(user.clinic_ids)))
    return user
