from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import Incomplete, NotSignable
from clinical_records.rules.assessments import AssessmentStatus
from clinical_records.rules.duties import DutyKind, day_of
from clinical_records.rules.notes import DUE_AFTER
from clinical_records.rules.signing import content_hash
from clinical_records.schemas.assessments import AssessmentOut
from clinical_records.use_cases.finalize_assessment import finalize_assessment
from clinical_records.use_cases.judge_signature import judge_signature
from clinical_records.use_cases.open_assessment import open_assessment
from clinical_records.use_cases.open_duty import open_duty
from clinical_records.use_cases.require_author import require_author


async def sign_assessment(tx: Transaction, assessment_id: UUID, *, by: Principal) -> AssessmentOut:
    """Sign a complete assessment; with a supervisor it waits for the co-signature."""
    row = await queries.lock_assessment(tx, assessment_id)
    require_author(row, by=by)
    if row.status is not AssessmentStatus.DRAFT:
        raise NotSignable(f"The assessment is {row.status}; only a draft is signed.")
    shown = await open_assessment(tx, row)
    for domain in shown.missing:
        raise Incomplete("Each domain needs a narrative or a reason.", pointer=f"/domains/{domain}")
    if row.loc_code is None:
        raise Incomplete("The level of care is recommended with the signature.", pointer="/loc_code")
    signing = await judge_signature(tx, day_of(tx.now, await queries.timezone(tx)), by=by)
    row.signed_at, row.supervisor_id = tx.now, signing.supervisor_id
    row.content_hash = content_hash({"id": row.id, "by": by.id, "at": tx.now, "loc": row.loc_code,
                                     "domains": shown.model_dump(mode="json")["domains"]})  # fmt: skip
    tx.audit("assessment.sign", subject=row.client_id, resource=row.id, by=by)
    if not signing.needs_cosign:
        return await finalize_assessment(tx, row, by=by)
    row.status = AssessmentStatus.PENDING_COSIGN
    await open_duty(tx, DutyKind.COSIGN, subject_id=row.id, client_id=row.client_id, due_at=tx.now + DUE_AFTER,
                    rule="assessment.cosign", assignee_id=signing.supervisor_id, by=by)  # fmt: skip
    await tx.save(row)
    return await open_assessment(tx, row)
