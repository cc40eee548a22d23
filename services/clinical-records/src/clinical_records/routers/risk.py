from fastapi import APIRouter
from shared.edge import EdgeRoute

from clinical_records.rules.cssrs import Triage, triage
from clinical_records.schemas.risk import CssrsAnswers, TriageOut
from clinical_records.scopes import CanReadRisk

router = APIRouter(prefix="/v1/risk/c-ssrs", tags=["risk"], route_class=EdgeRoute)


@router.post("/triage", response_model=TriageOut)
async def post_triage(answers: CssrsAnswers, by: CanReadRisk) -> Triage:
    """Triage a suicide risk screen without recording it."""
    return triage(answers.model_dump())
