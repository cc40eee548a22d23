"""What every service keeps of the decisions about keeping and destroying: legal holds, and keys that are to go.

A hold stops every purge here, whatever service it concerns. Its owner is a client, or nobody for the whole agency.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from shared import keys
from shared.contracts.intake import ClientKeyDestroyed, LegalHoldPlaced, LegalHoldReleased
from shared.db import Transaction
from shared.projections import Fact, change, project, put

HOLD = sa.Table(
    "hold",
    sa.MetaData(),
    sa.Column("agency_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("owner_id", sa.Uuid),
    sa.Column("placed_at", sa.DateTime(timezone=True)),
    sa.Column("released_at", sa.DateTime(timezone=True)),
)
PLACE = sa.text("INSERT INTO hold (agency_id, id, owner_id, placed_at) VALUES (agency(), :id, :owner_id, :placed_at)")
RELEASE = sa.text("UPDATE hold SET released_at = :released_at WHERE agency_id = agency() AND id = :id")


def on_legal_hold_placed(event: LegalHoldPlaced, at: datetime) -> Fact:
    return put(HOLD, id=event.hold_id, owner_id=event.client_id, placed_at=event.placed_at)


def on_legal_hold_released(event: LegalHoldReleased, at: datetime) -> Fact:
    return change(HOLD, id=event.hold_id, released_at=event.released_at)


async def on_client_key_destroyed(tx: Transaction, event: ClientKeyDestroyed) -> None:
    tx.audit("client_key.destroy", subject=event.client_id, code=event.reason_code, by=tx.by)
    await keys.destroy(tx, event.client_id)


async def place(tx: Transaction, hold_id: UUID, owner_id: UUID | None) -> None:
    """Keep a hold that this service itself decides."""
    await tx.run(PLACE, id=hold_id, owner_id=owner_id, placed_at=tx.now)


async def release(tx: Transaction, hold_id: UUID) -> None:
    await tx.run(RELEASE, id=hold_id, released_at=tx.now)


HOLDS = (
    project(LegalHoldPlaced, on_legal_hold_placed, into=HOLD),
    project(LegalHoldReleased, on_legal_hold_released, into=HOLD),
)
