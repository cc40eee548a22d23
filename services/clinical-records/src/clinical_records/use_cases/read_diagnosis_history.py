from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.schemas.diagnoses import DiagnosisChangeOut, DiagnosisHistory
from clinical_records.use_cases.read_record import read_record


async def read_diagnosis_history(tx: Transaction, diagnosis_id: UUID, *, by: Principal) -> DiagnosisHistory:
    """How a diagnosis came to stand as it does."""
    await read_record(tx, queries.get_diagnosis, diagnosis_id, by=by)
    found = await queries.list_diagnosis_changes(tx, diagnosis_id)
    return DiagnosisHistory(items=[DiagnosisChangeOut.model_validate(change) for change in found])
