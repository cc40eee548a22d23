from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.schemas.risk_assessments import RiskOut
from clinical_records.use_cases.open_risk import open_risk
from clinical_records.use_cases.read_record import read_record


async def read_risk(tx: Transaction, assessment_id: UUID, *, by: Principal) -> RiskOut:
    """Show one screen."""
    return await open_risk(tx, await read_record(tx, queries.get_risk, assessment_id, by=by))
