from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.schemas.assessments import AssessmentOut
from clinical_records.use_cases.open_assessment import open_assessment
from clinical_records.use_cases.read_record import read_record


async def read_assessment(tx: Transaction, assessment_id: UUID, *, by: Principal) -> AssessmentOut:
    """Show one assessment."""
    return await open_assessment(tx, await read_record(tx, queries.get_assessment, assessment_id, by=by))
