from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from clinical_records import queries
from clinical_records.models import RiskAssessment
from clinical_records.rules.cssrs import RiskStatus
from clinical_records.schemas.risk_assessments import NewRisk, RiskAnswers, RiskOut, RiskSummary
from clinical_records.scopes import CanReadRisk, CanWriteRisk
from clinical_records.use_cases.complete_risk import complete_risk
from clinical_records.use_cases.list_records import list_records
from clinical_records.use_cases.read_risk import read_risk
from clinical_records.use_cases.record_risk import record_risk

router = APIRouter(prefix="/v1/risk-assessments", tags=["risk"], route_class=leaving(DataClass.RISK))


@router.post("", response_model=RiskOut, status_code=201)
async def post_risk_assessment(new: NewRisk, tx: Tx, by: CanWriteRisk) -> RiskOut:
    """Record a suicide risk screen."""
    return await record_risk(tx, new, by=by)


@router.get("", response_model=Page[RiskSummary])
async def list_risk_assessments(
    tx: Tx, by: CanReadRisk, page: Paging, client_id: UUID | None = None, status: RiskStatus | None = None
) -> Page[RiskAssessment]:
    """List risk assessments, newest first."""
    return await list_records(tx, queries.list_risks(tx, page, client_id=client_id, status=status), by=by)


@router.get("/{assessment_id}", response_model=RiskOut)
async def get_risk_assessment(assessment_id: UUID, tx: Tx, by: CanReadRisk) -> RiskOut:
    """Show one risk assessment."""
    return await read_risk(tx, assessment_id, by=by)


@router.post("/{assessment_id}/answers", response_model=RiskOut)
async def post_risk_answers(assessment_id: UUID, change: RiskAnswers, tx: Tx, by: CanWriteRisk) -> RiskOut:
    """Answer what an incomplete screen left open."""
    return await complete_risk(tx, assessment_id, change, by=by)
