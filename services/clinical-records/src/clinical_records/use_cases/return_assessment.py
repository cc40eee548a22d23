from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotCosignable
from clinical_records.rules.assessments import AssessmentStatus
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.notes import DUE_AFTER
from clinical_records.schemas.assessments import AssessmentOut
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.open_assessment import open_assessment
from clinical_records.use_cases.open_duty import open_duty
from clinical_records.use_cases.require_cosigner import require_cosigner


async def return_assessment(tx: Transaction, assessment_id: UUID, *, by: Principal) -> AssessmentOut:
    """The assigned supervisor gives it back to its author."""
    row = await queries.lock_assessment(tx, assessment_id)
    if row.status is not AssessmentStatus.PENDING_COSIGN:
        raise NotCosignable(f"The assessment is {row.status}.")
    require_cosigner(row, by=by)
    row.status, row.signed_at, row.content_hash = AssessmentStatus.DRAFT, None, None
    await tx.save(row)
    await close_duties(tx, DutyKind.COSIGN, about=row.id, reason="returned", by=by)
    await open_duty(tx, DutyKind.RETURNED, subject_id=row.id, client_id=row.client_id, due_at=tx.now + DUE_AFTER,
                    rule="assessment.returned", assignee_id=row.author_id, by=by)  # fmt: skip
    tx.audit("assessment.return", subject=row.client_id, resource=row.id, by=by)
    return await open_assessment(tx, row)
