from datetime import date

from shared.auth import Principal
from shared.contracts.authorizations import AuthorizationTerminated
from shared.db import Transaction

from authorizations.models import Authorization
from authorizations.rules.authorizations import AuthorizationStatus
from authorizations.use_cases.close_tasks import close_tasks


async def terminate_authorization(
    tx: Transaction, authorization: Authorization, *, on: date, reason: str, by: Principal
) -> None:
    """What was kept up to that day still counts, even when it is reported later."""
    authorization.status, authorization.terminated_on, authorization.is_expiring = (
        AuthorizationStatus.TERMINATED,
        on,
        False,
    )
    await tx.save(authorization)
    await tx.stop_timers(subject=authorization.id)
    await close_tasks(tx, "ur_expiring", "ur_units_low", subject_id=authorization.id, reason="terminated")
    tx.audit("authorization.terminate", subject=authorization.client_id, resource=authorization.id, by=by)
    tx.publish(AuthorizationTerminated(auth_id=authorization.id, client_id=authorization.client_id, reason_code=reason))
