"""Clinicians, as workforce tells of them."""

from uuid import UUID

from shared.db import Transaction
from sqlmodel import col, select

from authorizations.models import Clinician
from authorizations.queries.statements import BY_ID, LOCK_NAME, upsert

CLINICIAN = select(Clinician).where(col(Clinician.id) == BY_ID)
KEEP_CLINICIAN = upsert(Clinician, "npi", "needs_cosign")


async def lock_clinician(tx: Transaction, clinician_id: UUID) -> None:
    await tx.rows(LOCK_NAME, name=f"{tx.agency_id}:clinician:{clinician_id}")


async def find_clinician(tx: Transaction, clinician_id: UUID) -> Clinician | None:
    return await tx.fetch_optional(Clinician, CLINICIAN, id=clinician_id)
