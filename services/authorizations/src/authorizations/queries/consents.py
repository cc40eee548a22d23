"""Consents, as intake tells of them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from shared.db import Transaction
from sqlmodel import col, select

from authorizations.models import Consent
from authorizations.queries.statements import BY_CLIENT, ID, upsert

CONSENTS = select(Consent).where(col(Consent.client_id) == BY_CLIENT).order_by(col(Consent.effective_from))
KEEP_CONSENT = upsert(Consent, "client_id", "type", "effective_from", "expires_at")
END_CONSENT = (
    sa.update(Consent)
    .where(col(Consent.id) == sa.bindparam("consent", type_=ID))
    .values(ended_at=sa.bindparam("ended", type_=sa.DateTime(timezone=True)))
)


async def end_consent(tx: Transaction, consent_id: UUID, ended_at: datetime) -> int:
    return await tx.run(END_CONSENT, consent=consent_id, ended=ended_at)


async def list_consents(tx: Transaction, client_id: UUID) -> list[Consent]:
    return await tx.fetch_all(Consent, CONSENTS, client_id=client_id)
