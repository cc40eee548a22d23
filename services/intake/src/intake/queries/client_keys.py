"""Destroyed keys of clients."""

from uuid import UUID

from shared.db import Transaction
from sqlalchemy import bindparam, select
from sqlmodel import col

from intake.models import KeyDestruction

DESTRUCTION = select(KeyDestruction).where(col(KeyDestruction.client_id) == bindparam("client_id"))


async def find_destruction(tx: Transaction, client_id: UUID) -> KeyDestruction | None:
    return await tx.fetch_optional(KeyDestruction, DESTRUCTION, client_id=client_id)
