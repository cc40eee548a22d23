"""Restrictions."""

from collections.abc import Sequence
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, select
from sqlmodel import col

from intake.models import Restriction
from intake.queries.statements import IDS

RESTRICTIONS_AMONG = select(Restriction).where(
    col(Restriction.client_id) == IDS, col(Restriction.withdrawn_at).is_(None)
)
RESTRICTIONS_OF = select(Restriction).where(
    col(Restriction.client_id) == bindparam("client_id"), visible(Restriction.client_id)
)
LOCK_RESTRICTION = RESTRICTIONS_OF.where(col(Restriction.id) == bindparam("id")).with_for_update()


async def list_restrictions_among(tx: Transaction, client_ids: Sequence[UUID]) -> list[Restriction]:
    return await tx.fetch_all(Restriction, RESTRICTIONS_AMONG, ids=list(client_ids))


async def list_restrictions(tx: Transaction, client_id: UUID, page: PageRequest) -> Page[Restriction]:
    return await tx.fetch_page(Restriction, RESTRICTIONS_OF, page, client_id=client_id)


async def lock_restriction(tx: Transaction, client_id: UUID, restriction_id: UUID) -> Restriction:
    return await tx.fetch_one(Restriction, LOCK_RESTRICTION, client_id=client_id, id=restriction_id)
