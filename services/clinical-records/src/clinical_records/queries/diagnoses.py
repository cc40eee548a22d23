"""Diagnoses and their changes."""

from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import select
from sqlmodel import col

from clinical_records.models import Diagnosis, DiagnosisChange
from clinical_records.queries.statements import by_id, lists, paged, uuid
from clinical_records.rules.diagnoses import STANDS

DIAGNOSIS = by_id(Diagnosis)
DIAGNOSIS_LOCK = DIAGNOSIS.with_for_update()
DIAGNOSES = lists(Diagnosis, "client_id", "episode_id", "verification")
PRINCIPAL = select(Diagnosis).where(
    col(Diagnosis.episode_id) == uuid("episode_id"),
    col(Diagnosis.rank) == 1,
    col(Diagnosis.verification).in_(tuple(STANDS)),
)
CHANGES = (
    select(DiagnosisChange)
    .where(col(DiagnosisChange.diagnosis_id) == uuid("diagnosis_id"), visible(col(DiagnosisChange.client_id)))
    .order_by(col(DiagnosisChange.id))
)
KNOWN_DIAGNOSES = select(Diagnosis).where(
    col(Diagnosis.client_id) == uuid("client_id"),
    col(Diagnosis.verification).in_(tuple(STANDS)),
)


async def get_diagnosis(tx: Transaction, diagnosis_id: UUID) -> Diagnosis:
    return await tx.fetch_one(Diagnosis, DIAGNOSIS, id=diagnosis_id)


async def lock_diagnosis(tx: Transaction, diagnosis_id: UUID) -> Diagnosis:
    return await tx.fetch_one(Diagnosis, DIAGNOSIS_LOCK, id=diagnosis_id)


async def find_principal(tx: Transaction, episode_id: UUID) -> Diagnosis | None:
    return await tx.fetch_optional(Diagnosis, PRINCIPAL, episode_id=episode_id)


async def list_diagnoses(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, episode_id: UUID | None, verification: str | None
) -> Page[Diagnosis]:
    return await paged(
        tx, Diagnosis, DIAGNOSES, page, client_id=client_id, episode_id=episode_id, verification=verification
    )


async def list_standing_diagnoses(tx: Transaction, client_id: UUID) -> list[Diagnosis]:
    return await tx.fetch_all(Diagnosis, KNOWN_DIAGNOSES, client_id=client_id)


async def list_diagnosis_changes(tx: Transaction, diagnosis_id: UUID) -> list[DiagnosisChange]:
    return await tx.fetch_all(DiagnosisChange, CHANGES, diagnosis_id=diagnosis_id)
