from uuid import UUID

from shared.auth import Principal
from shared.contracts.authorizations import AuthExpiring
from shared.db import Transaction

from authorizations import queries
from authorizations.rules.authorizations import OPEN
from authorizations.use_cases.open_task import open_task


async def warn_expiring(tx: Transaction, authorization_id: UUID, *, days_left: int, by: Principal) -> None:
    authorization = await queries.lock_authorization(tx, authorization_id)
    if authorization.status not in OPEN:
        return
    authorization.is_expiring = True
    await tx.save(authorization)
    tx.audit("authorization.warn", subject=authorization.client_id, resource=authorization.id, by=by)
    tx.publish(
        AuthExpiring(
            auth_id=authorization.id,
            client_id=authorization.client_id,
            valid_until=authorization.valid_until,
            days_left=days_left,
        )
    )
    await open_task(tx, "ur_expiring", subject_id=authorization.id, client_id=authorization.client_id, by=by)
