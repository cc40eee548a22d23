from shared.db import Transaction

from clinical_records.models import RiskAssessment
from clinical_records.schemas.risk_assessments import RiskOut
from clinical_records.use_cases.open_content import open_content


async def open_risk(tx: Transaction, row: RiskAssessment) -> RiskOut:
    """A screen with its rationale in plain words."""
    return RiskOut.model_validate({**row.model_dump(), **await open_content(tx, row)})
