from shared.auth import Principal
from shared.contracts.clinical_records import AssessmentSigned
from shared.db import Transaction

from clinical_records.models import Assessment
from clinical_records.rules.assessments import AssessmentStatus
from clinical_records.schemas.assessments import AssessmentOut
from clinical_records.use_cases.open_assessment import open_assessment


async def finalize_assessment(tx: Transaction, row: Assessment, *, by: Principal) -> AssessmentOut:
    """Every signature is there: the assessment stands."""
    row.status = AssessmentStatus.FINAL
    await tx.save(row)
    tx.audit("assessment.finalize", subject=row.client_id, resource=row.id, by=by)
    tx.publish(AssessmentSigned(
        assessment_id=row.id, client_id=row.client_id, episode_id=row.episode_id, loc_code=row.loc_code
    ))  # fmt: skip
    return await open_assessment(tx, row)
