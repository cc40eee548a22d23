from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotCosignable
from clinical_records.rules.assessments import AssessmentStatus
from clinical_records.rules.duties import DutyKind
from clinical_records.schemas.assessments import AssessmentOut
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.finalize_assessment import finalize_assessment
from clinical_records.use_cases.require_cosigner import require_cosigner


async def cosign_assessment(tx: Transaction, assessment_id: UUID, *, by: Principal) -> AssessmentOut:
    """The assigned supervisor adds his signature."""
    row = await queries.lock_assessment(tx, assessment_id)
    if row.status is not AssessmentStatus.PENDING_COSIGN:
        raise NotCosignable(f"The assessment is {row.status}.")
    require_cosigner(row, by=by)
    row.cosigned_at = tx.now
    await close_duties(tx, DutyKind.COSIGN, about=row.id, reason="cosigned", by=by)
    return await finalize_assessment(tx, row, by=by)
