"""Invitations."""

from datetime import datetime
from uuid import UUID

from shared.db import Transaction
from sqlalchemy import bindparam, select, update
from sqlmodel import col

from gateway.models import Invitation
from gateway.queries.statements import MOMENT

INVITATION_LOCKED = select(Invitation).where(col(Invitation.token_hash) == bindparam("token_hash")).with_for_update()
END_INVITATIONS = (
    update(Invitation)
    .where(col(Invitation.user_id) == bindparam("whose"), col(Invitation.ended_at).is_(None))
    .values(ended_at=bindparam("at", type_=MOMENT), version=col(Invitation.version) + 1)
)


async def lock_invitation(tx: Transaction, token_hash: bytes) -> Invitation | None:
    return await tx.fetch_optional(Invitation, INVITATION_LOCKED, token_hash=token_hash)


async def end_invitations(tx: Transaction, user_id: UUID, at: datetime) -> None:
    await tx.run(END_INVITATIONS, whose=user_id, at=at)
