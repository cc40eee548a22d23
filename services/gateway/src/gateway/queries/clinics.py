"""Clinics."""

from collections.abc import Sequence
from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from gateway.models import Clinic

CLINICS = select(Clinic)
CLINIC = select(Clinic).where(col(Clinic.id) == bindparam("clinic_id"))
CLINIC_LOCKED = CLINIC.with_for_update()
KNOWN_CLINICS = select(col(Clinic.id)).where(col(Clinic.id) == any_(bindparam("clinic_ids", type_=ARRAY(Uuid))))


async def list_clinics(tx: Transaction, page: PageRequest) -> Page[Clinic]:
    return await tx.fetch_page(Clinic, CLINICS, page)


async def get_clinic(tx: Transaction, clinic_id: UUID) -> Clinic:
    return await tx.fetch_one(Clinic, CLINIC, clinic_id=clinic_id)


async def lock_clinic(tx: Transaction, clinic_id: UUID) -> Clinic:
    return await tx.fetch_one(Clinic, CLINIC_LOCKED, clinic_id=clinic_id)


async def find_clinics(tx: Transaction, clinic_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the ids that are clinics of the agency."""
    return frozenset(row[0] for row in await tx.rows(KNOWN_CLINICS, clinic_ids=list(clinic_ids)))
