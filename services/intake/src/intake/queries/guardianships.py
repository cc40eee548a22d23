"""Guardianships."""

from collections.abc import Sequence
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, select
from sqlmodel import col

from intake.models import Guardianship
from intake.queries.statements import IDS

GUARDIANSHIPS = select(Guardianship).where(
    col(Guardianship.client_id) == bindparam("client_id"), visible(Guardianship.client_id)
)
LOCK_GUARDIANSHIP = GUARDIANSHIPS.where(col(Guardianship.id) == bindparam("id")).with_for_update()
GUARDIANSHIPS_AMONG = select(Guardianship).where(
    col(Guardianship.client_id) == IDS, col(Guardianship.ended_at).is_(None)
)


async def list_guardianships(tx: Transaction, client_id: UUID, page: PageRequest) -> Page[Guardianship]:
    return await tx.fetch_page(Guardianship, GUARDIANSHIPS, page, client_id=client_id)


async def lock_guardianship(tx: Transaction, client_id: UUID, guardianship_id: UUID) -> Guardianship:
    return await tx.fetch_one(Guardianship, LOCK_GUARDIANSHIP, client_id=client_id, id=guardianship_id)


async def list_guardianships_among(tx: Transaction, client_ids: Sequence[UUID]) -> list[Guardianship]:
    """Those that nobody ended, whether they hold today or not."""
    return await tx.fetch_all(Guardianship, GUARDIANSHIPS_AMONG, ids=list(client_ids))
