from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import RiskNotOpen
from clinical_records.rules.cssrs import NEXT, RiskStatus
from clinical_records.schemas.risk_assessments import RiskAnswers, RiskOut
from clinical_records.use_cases.assess_risk import assess_risk


async def complete_risk(tx: Transaction, assessment_id: UUID, change: RiskAnswers, *, by: Principal) -> RiskOut:
    """Answer what was left open in a screen."""
    row = await queries.lock_risk(tx, assessment_id)
    if RiskStatus.COMPLETE not in NEXT[row.status]:
        raise RiskNotOpen(f"It is {row.status}; a new screen is a new record.")
    return await assess_risk(tx, row, change.answers, level=change.level, rationale=change.rationale, by=by)
