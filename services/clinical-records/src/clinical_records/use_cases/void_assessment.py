from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotEditable
from clinical_records.rules.assessments import NEXT, AssessmentStatus
from clinical_records.schemas.assessments import AssessmentOut
from clinical_records.use_cases.open_assessment import open_assessment
from clinical_records.use_cases.require_author import require_author


async def void_assessment(tx: Transaction, assessment_id: UUID, reason: str, *, by: Principal) -> AssessmentOut:
    """Take back a draft that was begun in error."""
    row = await queries.lock_assessment(tx, assessment_id)
    require_author(row, by=by)
    if AssessmentStatus.VOID not in NEXT[row.status]:
        raise NotEditable(f"The assessment is {row.status}; only a draft is voided.")
    row.status, row.void_reason = AssessmentStatus.VOID, reason
    await tx.save(row)
    tx.audit("assessment.void", subject=row.client_id, resource=row.id, by=by)
    return await open_assessment(tx, row)
