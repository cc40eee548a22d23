from shared.auth import Principal
from shared.contracts.gateway import UserRoleChanged
from shared.db import Transaction

from gateway.models import UserAccount
from gateway.schemas.users import NewUser
from gateway.use_cases.check_account import check_account


async def add_user(tx: Transaction, new: NewUser, *, by: Principal) -> UserAccount:
    user = UserAccount(
        id=tx.new_id("user"),
        username=new.username,
        roles=sorted({role.value for role in new.roles}),
        clinic_ids=sorted(set(new.clinic_ids)),
        client_ids=sorted(set(new.client_ids)),
        email=new.email,
    )
    await check_account(tx, user)
    await tx.add(user)
    tx.audit("user.add", resource=user.id, by=by)
    tx.publish(UserRoleChanged(user_id=user.id, roles=tuple(user.roles), clinic_ids=tuple(user.clinic_ids)))
    return user
