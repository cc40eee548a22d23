"""Legal holds."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, or_, select, text
from sqlmodel import col

from intake.models import LegalHold
from intake.rules.holds import HoldStatus

# A hold of the whole agency and a destruction wait for each other; one of a client locks the client's row.
LOCK_HOLDS = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 29))")
HOLDS = select(LegalHold)
LOCK_HOLD = HOLDS.where(col(LegalHold.id) == bindparam("id")).with_for_update()
STANDING_HOLD = (
    HOLDS.where(
        col(LegalHold.status) == HoldStatus.PLACED,
        or_(col(LegalHold.client_id) == bindparam("client_id"), col(LegalHold.client_id).is_(None)),
    )
    .order_by(col(LegalHold.id))
    .limit(1)
)


async def lock_holds(tx: Transaction) -> None:
    """No hold is placed while a key is destroyed, and none is destroyed while a hold is placed."""
    await tx.rows(LOCK_HOLDS, key=f"{tx.agency_id}:legal-holds")


async def lock_hold(tx: Transaction, hold_id: UUID) -> LegalHold:
    return await tx.fetch_one(LegalHold, LOCK_HOLD, id=hold_id)


async def list_holds(tx: Transaction, page: PageRequest) -> Page[LegalHold]:
    return await tx.fetch_page(LegalHold, HOLDS, page)


async def find_standing_hold(tx: Transaction, client_id: UUID) -> LegalHold | None:
    return await tx.fetch_optional(LegalHold, STANDING_HOLD, client_id=client_id)
