from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotEditable
from clinical_records.rules.assessments import AssessmentStatus
from clinical_records.schemas.assessments import AssessmentChange, AssessmentOut
from clinical_records.use_cases.open_assessment import open_assessment
from clinical_records.use_cases.open_content import open_content
from clinical_records.use_cases.require_author import require_author
from clinical_records.use_cases.seal_content import seal_content


async def edit_assessment(
    tx: Transaction, assessment_id: UUID, change: AssessmentChange, *, by: Principal
) -> AssessmentOut:
    """Write on in a draft, domain by domain."""
    row = await queries.lock_assessment(tx, assessment_id)
    require_author(row, by=by)
    tx.expect(row)
    if row.status is not AssessmentStatus.DRAFT:
        raise NotEditable(f"The assessment is {row.status}; only a draft is edited.")
    if "loc_code" in change.model_fields_set:
        row.loc_code = change.loc_code
    domains = change.model_dump(mode="json", exclude_none=True)["domains"]
    await seal_content(tx, row, {**await open_content(tx, row), **domains})
    await tx.save(row)
    tx.audit("assessment.edit", subject=row.client_id, resource=row.id, by=by)
    return await open_assessment(tx, row)
