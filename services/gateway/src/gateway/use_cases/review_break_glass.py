from uuid import UUID

from shared.auth import Principal
from shared.contracts.gateway import BreakGlassReviewed
from shared.db import Transaction

from gateway import queries
from gateway.errors import GrantNotEnded, OwnGrant
from gateway.models import BreakGlassGrant
from gateway.rules.break_glass import ESCALATED_AFTER, NEXT, GrantStatus
from gateway.schemas.break_glass_grants import BreakGlassGrantOut, NewReview
from gateway.use_cases.open_break_glass_duty import close_break_glass_duties, open_overdue_duty
from gateway.use_cases.read_break_glass import FINDING, open_break_glass
from gateway.use_cases.reckon_due import reckon_due


async def review_break_glass(
    tx: Transaction, grant_id: UUID, review: NewReview, *, by: Principal
) -> BreakGlassGrantOut:
    """Judge an ended grant; its duties are done with it. Nobody reviews himself."""
    grant = await queries.lock_grant(tx, grant_id)
    status = GrantStatus.REVIEWED_JUSTIFIED if review.is_justified else GrantStatus.REVIEWED_UNJUSTIFIED
    if grant.staff_id == by.id:
        raise OwnGrant("Another privacy officer reviews it.")
    if status not in NEXT[grant.status]:
        raise GrantNotEnded("A grant is reviewed once, after it has ended.")
    sealed = await tx.seal(tx.agency_id, review.finding, FINDING, grant.id)
    grant.status, grant.reviewed_by, grant.reviewed_at = status, by.id, tx.now
    grant.finding_key_id, grant.finding_sealed = sealed.key_id, sealed.ciphertext
    await tx.save(grant)
    await tx.stop_timers(subject=grant.id)
    tx.audit("break_glass.review", subject=grant.client_id, resource=grant.id, grant_id=grant.id, code=status, by=by)
    close_break_glass_duties(tx, grant)
    tx.publish(
        BreakGlassReviewed(
            grant_id=grant.id, client_id=grant.client_id, staff_id=grant.staff_id, reviewed_by=by.id,
            is_justified=review.is_justified, at=tx.now,
        )
    )  # fmt: skip
    return await open_break_glass(tx, grant)


async def escalate_review(tx: Transaction, grant_id: UUID, *, by: Principal) -> None:
    """Two business days are over and nobody has reviewed it: now the administrators are asked."""
    grant: BreakGlassGrant = await queries.lock_grant(tx, grant_id)
    if grant.status not in (GrantStatus.ACTIVE, GrantStatus.ENDED) or grant.overdue_task_id:
        return
    grant.overdue_task_id = open_overdue_duty(tx, grant, await reckon_due(tx, ESCALATED_AFTER))
    await tx.save(grant)
    tx.audit("break_glass.escalate", subject=grant.client_id, resource=grant.id, grant_id=grant.id, by=by)
