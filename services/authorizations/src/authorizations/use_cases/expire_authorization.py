from uuid import UUID

from shared.auth import Principal
from shared.contracts.authorizations import AuthExpired
from shared.db import Transaction

from authorizations import queries
from authorizations.rules.authorizations import NEXT, AuthorizationStatus
from authorizations.use_cases.close_tasks import close_tasks


async def expire_authorization(tx: Transaction, authorization_id: UUID, *, by: Principal) -> None:
    authorization = await queries.lock_authorization(tx, authorization_id)
    if AuthorizationStatus.EXPIRED not in NEXT[authorization.status]:
        return
    authorization.status, authorization.is_expiring = AuthorizationStatus.EXPIRED, False
    await tx.save(authorization)
    await close_tasks(tx, "ur_expiring", "ur_units_low", subject_id=authorization.id, reason="expired")
    tx.audit("authorization.expire", subject=authorization.client_id, resource=authorization.id, by=by)
    tx.publish(AuthExpired(auth_id=authorization.id, client_id=authorization.client_id))
