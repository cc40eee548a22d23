from shared.auth import Principal
from shared.contracts.clinical_records import DiagnosisRecorded
from shared.db import Transaction

from clinical_records.models import Diagnosis, DiagnosisChange


async def keep_diagnosis_change(tx: Transaction, row: Diagnosis, reason: str | None, *, by: Principal) -> None:
    """Write a diagnosis's history on, and tell how it stands now."""
    await tx.add(DiagnosisChange(
        diagnosis_id=row.id, client_id=row.client_id, verification=row.verification, rank=row.rank, changed_by=by.id,
        reason=reason, security_labels=row.security_labels,
    ))  # fmt: skip
    tx.audit("diagnosis.write", subject=row.client_id, resource=row.id, by=by)
    tx.publish(DiagnosisRecorded(
        diagnosis_id=row.id, client_id=row.client_id, episode_id=row.episode_id, code=row.code, rank=row.rank,
        verification=row.verification,
    ))  # fmt: skip
