"""Open duties."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from shared.db import Transaction
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from authorizations.models import Duty
from authorizations.queries.statements import BY_ID, ROW, TEXT

LOCK_DUTIES = (
    select(Duty)
    .where(
        col(Duty.kind).in_(sa.bindparam("kinds", type_=TEXT, expanding=True)),
        col(Duty.subject_id) == BY_ID,
        col(Duty.closed_at).is_(None),
    )
    .order_by(col(Duty.id))
    .with_for_update()
)
KEEP_DUTY = (
    insert(Duty)
    .values(
        **ROW, kind=sa.bindparam("kind"), subject_id=sa.bindparam("subject_id"), client_id=sa.bindparam("of_client")
    )
    .on_conflict_do_nothing()
)


async def keep_duty(tx: Transaction, duty: Duty) -> bool:
    """False when a duty of this kind and subject is open already."""
    told = {"id": duty.id, "kind": duty.kind, "subject_id": duty.subject_id, "of_client": duty.client_id}
    return await tx.run(KEEP_DUTY, agency_id=tx.agency_id, at=tx.now, **told) == 1


async def lock_duties(tx: Transaction, subject_id: UUID, kinds: Sequence[str]) -> list[Duty]:
    return await tx.fetch_all(Duty, LOCK_DUTIES, id=subject_id, kinds=list(kinds))
