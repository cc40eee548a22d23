from uuid import UUID

from shared.auth import Principal
from shared.clock import real_now
from shared.contracts.gateway import UserDeactivated
from shared.db import Transaction
from shared.signed_out import admit_nobody, sign_out

from gateway import queries
from gateway.errors import UserInactive
from gateway.models import UserAccount
from gateway.rules.roles import ADMINISTRATOR
from gateway.rules.sessions import EndReason
from gateway.use_cases.end_session import end_sessions
from gateway.use_cases.keep_an_administrator import keep_an_administrator


async def deactivate_user(tx: Transaction, user_id: UUID, *, by: Principal) -> UserAccount:
    """The user is out: no more tokens, and the ones that are out count nowhere any more."""
    await admit_nobody(tx)
    user = await queries.lock_user(tx, user_id)
    if not user.is_active:
        raise UserInactive("The user is deactivated already.")
    if ADMINISTRATOR in user.roles:
        await keep_an_administrator(tx, user)
    user.is_active = False
    await tx.save(user)
    await end_sessions(tx, user.id, EndReason.DEACTIVATED)
    await queries.end_invitations(tx, user.id, real_now())
    tx.audit("user.deactivate", resource=user.id, by=by)
    tx.publish(UserDeactivated(user_id=user.id, since=await sign_out(tx, user.id)))
    return user
