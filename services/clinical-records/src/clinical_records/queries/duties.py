"""Open duties."""

from uuid import UUID

from shared.db import Transaction
from sqlalchemy import String, bindparam, or_, select
from sqlmodel import col

from clinical_records.models import Duty
from clinical_records.queries.statements import uuid
from clinical_records.rules.duties import DutyKind

OPEN_DUTIES = (
    select(Duty)
    .where(
        col(Duty.closed_at).is_(None),
        col(Duty.kind) == bindparam("kind", type_=String),
        or_(col(Duty.subject_id) == uuid("about"), col(Duty.client_id) == uuid("about")),
    )
    .order_by(col(Duty.id))
    .with_for_update()
)


async def lock_open_duties(tx: Transaction, kind: DutyKind, about: UUID) -> list[Duty]:
    """The open duties of a kind about a subject or about a client."""
    return await tx.fetch_all(Duty, OPEN_DUTIES, kind=kind.value, about=about)
