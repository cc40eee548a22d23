from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from clinical_records import queries
from clinical_records.models import Diagnosis
from clinical_records.rules.diagnoses import Verification
from clinical_records.schemas.diagnoses import (
    DiagnosisChangeIn,
    DiagnosisHistory,
    DiagnosisOut,
    DiagnosisStep,
    NewDiagnosis,
)
from clinical_records.scopes import CanReadDiagnoses, CanWriteDiagnoses
from clinical_records.use_cases.list_records import list_records
from clinical_records.use_cases.rank_diagnosis import rank_diagnosis
from clinical_records.use_cases.read_diagnosis_history import read_diagnosis_history
from clinical_records.use_cases.read_record import read_record
from clinical_records.use_cases.record_diagnosis import record_diagnosis
from clinical_records.use_cases.verify_diagnosis import verify_diagnosis

router = APIRouter(prefix="/v1/diagnoses", tags=["diagnoses"], route_class=leaving(DataClass.DIAGNOSIS))


@router.post("", response_model=DiagnosisOut, status_code=201)
async def post_diagnosis(new: NewDiagnosis, tx: Tx, by: CanWriteDiagnoses) -> Diagnosis:
    """Record a diagnosis of an episode."""
    return await record_diagnosis(tx, new, by=by)


@router.get("", response_model=Page[DiagnosisOut])
async def list_diagnoses(
    tx: Tx,
    by: CanReadDiagnoses,
    page: Paging,
    client_id: UUID | None = None,
    episode_id: UUID | None = None,
    verification: Verification | None = None,
) -> Page[Diagnosis]:
    """List diagnoses, newest first."""
    found = queries.list_diagnoses(tx, page, client_id=client_id, episode_id=episode_id, verification=verification)
    return await list_records(tx, found, by=by)


@router.get("/{diagnosis_id}", response_model=DiagnosisOut)
async def get_diagnosis(diagnosis_id: UUID, tx: Tx, by: CanReadDiagnoses) -> Diagnosis:
    """Show one diagnosis."""
    return await read_record(tx, queries.get_diagnosis, diagnosis_id, by=by)


@router.get("/{diagnosis_id}/history", response_model=DiagnosisHistory)
async def get_diagnosis_history(diagnosis_id: UUID, tx: Tx, by: CanReadDiagnoses) -> DiagnosisHistory:
    """Show how a diagnosis came to stand as it does."""
    return await read_diagnosis_history(tx, diagnosis_id, by=by)


@router.patch("/{diagnosis_id}", response_model=DiagnosisOut)
async def patch_diagnosis(diagnosis_id: UUID, change: DiagnosisChangeIn, tx: Tx, by: CanWriteDiagnoses) -> Diagnosis:
    """Give a diagnosis another rank."""
    return await rank_diagnosis(tx, diagnosis_id, change.rank, by=by)


@router.post("/{diagnosis_id}/verification", response_model=DiagnosisOut)
async def post_diagnosis_verification(
    diagnosis_id: UUID, step: DiagnosisStep, tx: Tx, by: CanWriteDiagnoses
) -> Diagnosis:
    """Confirm, refute, resolve, or take back as entered in error."""
    return await verify_diagnosis(tx, diagnosis_id, step, by=by)
