"""Diagnoses, as clinical-records tells of them."""

from uuid import UUID

from shared.db import Transaction
from sqlmodel import col, select

from authorizations.models import Diagnosis
from authorizations.queries.statements import BY_CLIENT, upsert

DIAGNOSES = (
    select(Diagnosis)
    .where(col(Diagnosis.client_id) == BY_CLIENT)
    .order_by(col(Diagnosis.rank), col(Diagnosis.created_at))
)
KEEP_DIAGNOSIS = upsert(Diagnosis, "client_id", "episode_id", "code", "rank", "verification")


async def list_diagnoses(tx: Transaction, client_id: UUID) -> list[Diagnosis]:
    return await tx.fetch_all(Diagnosis, DIAGNOSES, client_id=client_id)
