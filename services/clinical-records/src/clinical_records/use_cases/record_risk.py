from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import RiskAssessment
from clinical_records.rules.cssrs import RiskLevel, RiskStatus
from clinical_records.schemas.risk_assessments import NewRisk, RiskOut
from clinical_records.use_cases.assess_risk import assess_risk
from clinical_records.use_cases.find_labels import find_labels


async def record_risk(tx: Transaction, new: NewRisk, *, by: Principal) -> RiskOut:
    """Record a suicide risk screen; an incomplete one stays open, its highest known level counts at once."""
    client = await queries.get_client(tx, new.client_id)
    row = RiskAssessment(
        client_id=client.id, author_id=by.id, form_version=new.form_version, answers={}, missing=[], contradictory=[],
        status=RiskStatus.IN_PROGRESS, is_complete=False,
        triaged_level=RiskLevel.NONE_IDENTIFIED, level=RiskLevel.NONE_IDENTIFIED,
        security_labels=await find_labels(tx, DataClass.RISK, client.id, None),
    )  # fmt: skip
    await tx.add(row)
    return await assess_risk(tx, row, new.answers, level=new.level, rationale=new.rationale, by=by)
