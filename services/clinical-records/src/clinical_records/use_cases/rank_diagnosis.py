from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import DiagnosisNotMovable, PrincipalTaken
from clinical_records.models import Diagnosis
from clinical_records.rules.diagnoses import PRINCIPAL, STANDS
from clinical_records.use_cases.keep_diagnosis_change import keep_diagnosis_change


async def rank_diagnosis(tx: Transaction, diagnosis_id: UUID, rank: int, *, by: Principal) -> Diagnosis:
    """Give a diagnosis another rank."""
    row = await queries.lock_diagnosis(tx, diagnosis_id)
    tx.expect(row)
    if row.verification not in STANDS:
        raise DiagnosisNotMovable(f"It is {row.verification} and has no rank any more.")
    taken = await queries.find_principal(tx, row.episode_id)
    if rank == PRINCIPAL and taken and taken.id != row.id:
        raise PrincipalTaken("Change the standing one first.")
    row.rank = rank
    await tx.save(row)
    await keep_diagnosis_change(tx, row, None, by=by)
    return row
