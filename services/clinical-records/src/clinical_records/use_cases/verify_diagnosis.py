from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import ConfirmationRefused, DiagnosisNotMovable
from clinical_records.models import Diagnosis
from clinical_records.rules.diagnoses import NEXT, Verification, is_billable
from clinical_records.rules.duties import day_of
from clinical_records.schemas.diagnoses import DiagnosisStep
from clinical_records.use_cases.keep_diagnosis_change import keep_diagnosis_change


async def verify_diagnosis(tx: Transaction, diagnosis_id: UUID, step: DiagnosisStep, *, by: Principal) -> Diagnosis:
    """Confirm, refute or resolve a diagnosis, or take it back as entered in error."""
    row = await queries.lock_diagnosis(tx, diagnosis_id)
    if step.verification not in NEXT[row.verification]:
        allowed = ", ".join(sorted(NEXT[row.verification])) or "nothing"
        raise DiagnosisNotMovable(f"It is {row.verification}; {allowed} may follow.")
    profile = await queries.find_clinician(tx, by.id)
    if step.verification is Verification.CONFIRMED and profile and profile.needs_cosign:
        raise ConfirmationRefused(pointer="/verification")
    row.verification, row.is_billable = step.verification, is_billable(row.code, step.verification)
    if step.verification is Verification.RESOLVED:
        row.resolved_on = day_of(tx.now, await queries.timezone(tx))
    await tx.save(row)
    await keep_diagnosis_change(tx, row, step.reason, by=by)
    return row
