from shared.db import Transaction

from authorizations.models import Authorization
from authorizations.rules.authorizations import alerts, expires_at
from authorizations.use_cases.find_today import find_today


async def watch_authorization(tx: Transaction, authorization: Authorization) -> None:
    """Start the clocks of its end, in the agency's days."""
    today, zone = await find_today(tx)
    for left, at in alerts(authorization.valid_until, today, zone):
        await tx.start_timer("auth_expiring", subject=authorization.id, due_at=at, key=str(left))
    await tx.start_timer("auth_expired", subject=authorization.id, due_at=expires_at(authorization.valid_until, zone))
