"""Break-glass grants and the reviews that wait."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import Boolean, Text, Uuid, bindparam, func, or_, select, text
from sqlmodel import col

from gateway.models import BreakGlassGrant
from gateway.queries.statements import MOMENT
from gateway.rules.break_glass import SEE_EVERY_GRANT, SUPERVISORS, GrantStatus

GRANT = select(BreakGlassGrant).where(col(BreakGlassGrant.id) == bindparam("grant_id"))
GRANT_LOCKED = GRANT.with_for_update()
GRANT_SEEN = or_(
    col(BreakGlassGrant.staff_id) == bindparam("me"),
    col(BreakGlassGrant.supervisor_id) == bindparam("me"),
    col(BreakGlassGrant.supervisor_id).is_(None) & bindparam("supervises", type_=Boolean),
    bindparam("sees_all", type_=Boolean),
)
SEEN_GRANT = GRANT.where(GRANT_SEEN)
OPEN_GRANT = select(BreakGlassGrant).where(
    col(BreakGlassGrant.staff_id) == bindparam("staff_id"),
    col(BreakGlassGrant.client_id) == bindparam("client_id"),
    col(BreakGlassGrant.status) == GrantStatus.ACTIVE,
    col(BreakGlassGrant.until) > bindparam("now", type_=MOMENT),
)
SEEN_GRANTS = select(BreakGlassGrant).where(
    GRANT_SEEN,
    or_(
        bindparam("client_id", type_=Uuid).is_(None),
        col(BreakGlassGrant.client_id) == bindparam("client_id", type_=Uuid),
    ),
    or_(
        bindparam("status", type_=Text).is_(None),
        col(BreakGlassGrant.status) == bindparam("status", type_=Text),
    ),
)
UNREVIEWED = or_(col(BreakGlassGrant.status) == GrantStatus.ACTIVE, col(BreakGlassGrant.status) == GrantStatus.ENDED)
GRANT_FIGURES = select(
    func.count().filter(col(BreakGlassGrant.status) == GrantStatus.ACTIVE).label("active"),
    func.count().filter(col(BreakGlassGrant.status) == GrantStatus.ENDED).label("awaiting_review"),
    func.count()
    .filter(UNREVIEWED, col(BreakGlassGrant.review_due_at) < bindparam("now", type_=MOMENT))
    .label("overdue"),
    func.min(col(BreakGlassGrant.review_due_at)).filter(UNREVIEWED).label("oldest_due_at"),
    func.count().filter(col(BreakGlassGrant.status) == GrantStatus.REVIEWED_JUSTIFIED).label("justified"),
    func.count().filter(col(BreakGlassGrant.status) == GrantStatus.REVIEWED_UNJUSTIFIED).label("unjustified"),
).select_from(BreakGlassGrant)
WAITING_REVIEWS = text("SELECT waiting, overdue, oldest FROM waiting_reviews(:now)")


async def find_open_grant(tx: Transaction, staff_id: UUID, client_id: UUID) -> BreakGlassGrant | None:
    return await tx.fetch_optional(BreakGlassGrant, OPEN_GRANT, staff_id=staff_id, client_id=client_id, now=tx.now)


async def lock_grant(tx: Transaction, grant_id: UUID) -> BreakGlassGrant:
    return await tx.fetch_one(BreakGlassGrant, GRANT_LOCKED, grant_id=grant_id)


async def get_grant(tx: Transaction, grant_id: UUID) -> BreakGlassGrant:
    """One that the caller may see: the own, those of whom one supervises, for the privacy officer all."""
    return await tx.fetch_one(BreakGlassGrant, SEEN_GRANT, grant_id=grant_id, **whose_grants(tx))


async def list_grants(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: GrantStatus | None
) -> Page[BreakGlassGrant]:
    chosen = {"client_id": client_id, "status": status.value if status else None}
    return await tx.fetch_page(BreakGlassGrant, SEEN_GRANTS, page, **chosen, **whose_grants(tx))


def whose_grants(tx: Transaction) -> dict[str, object]:
    roles = tx.by.roles
    return {"me": tx.by.id, "supervises": SUPERVISORS in roles, "sees_all": bool(SEE_EVERY_GRANT & roles)}


async def count_grants(tx: Transaction) -> dict[str, object]:
    return dict((await tx.rows(GRANT_FIGURES, now=tx.now))[0]._mapping)


async def count_waiting_reviews(tx: Transaction) -> tuple[int, int, float]:
    """Of the whole installation: not reviewed, of them overdue, and seconds since the oldest was opened."""
    waiting, overdue, oldest = (await tx.rows(WAITING_REVIEWS, now=tx.now))[0]
    return waiting, overdue, oldest
