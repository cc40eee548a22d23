from uuid import UUID

from shared.auth import Principal
from shared.contracts.gateway import BreakGlassClosed
from shared.db import Transaction
from shared.errors import NotFound

from gateway import queries
from gateway.errors import GrantEnded
from gateway.models import BreakGlassGrant
from gateway.rules.break_glass import NEXT, REVIEWER, GrantEnd, GrantStatus


async def end_break_glass(tx: Transaction, grant_id: UUID, *, by: Principal) -> BreakGlassGrant:
    """Whoever opened it ends it, or the privacy officer; to others it is unknown."""
    grant = await queries.lock_grant(tx, grant_id)
    if grant.staff_id != by.id and REVIEWER not in by.roles:
        raise NotFound()
    if GrantStatus.ENDED not in NEXT[grant.status]:
        raise GrantEnded("The grant has ended already.")
    return await ended(tx, grant, GrantEnd.BY_HAND, by=by)


async def end_break_glass_in_time(tx: Transaction, grant_id: UUID, *, by: Principal) -> None:
    """Its time is over: it opened nothing since that second, and now it is said so."""
    grant = await queries.lock_grant(tx, grant_id)
    if GrantStatus.ENDED in NEXT[grant.status]:
        await ended(tx, grant, GrantEnd.TIME_OVER, by=by)


async def ended(tx: Transaction, grant: BreakGlassGrant, reason: GrantEnd, *, by: Principal) -> BreakGlassGrant:
    grant.status, grant.ended_at, grant.end_reason = GrantStatus.ENDED, min(tx.now, grant.until), reason
    await tx.save(grant)
    await tx.stop_timers(subject=grant.id, kind="break_glass_over")
    tx.audit("break_glass.end", subject=grant.client_id, resource=grant.id, grant_id=grant.id, code=reason, by=by)
    tx.publish(
        BreakGlassClosed(
            grant_id=grant.id, client_id=grant.client_id, staff_id=grant.staff_id, ended_at=grant.ended_at,
            reason=reason,
        )
    )  # fmt: skip
    return grant
