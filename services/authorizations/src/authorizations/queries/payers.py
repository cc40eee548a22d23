"""Payers."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlmodel import col, select

from authorizations.models import Payer
from authorizations.queries.statements import BY_ID

PAYER = select(Payer).where(col(Payer.id) == BY_ID)
PAYER_LOCKED = PAYER.with_for_update()
PAYERS = select(Payer)


async def get_payer(tx: Transaction, payer_id: UUID) -> Payer:
    return await tx.fetch_one(Payer, PAYER, id=payer_id)


async def lock_payer(tx: Transaction, payer_id: UUID) -> Payer:
    return await tx.fetch_one(Payer, PAYER_LOCKED, id=payer_id)


async def list_payers(tx: Transaction, page: PageRequest) -> Page[Payer]:
    return await tx.fetch_page(Payer, PAYERS, page)
