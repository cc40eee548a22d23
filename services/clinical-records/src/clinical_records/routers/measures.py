from fastapi import APIRouter
from shared.edge import EdgeRoute

from clinical_records.rules.measures import InstrumentCode
from clinical_records.schemas.measures import Answers, InstrumentList, ScoreOut
from clinical_records.scopes import CanReadMeasures
from clinical_records.use_cases.list_instruments import list_instruments
from clinical_records.use_cases.try_score import try_score

router = APIRouter(prefix="/v1/measures", tags=["measures"], route_class=EdgeRoute)


@router.get("", response_model=InstrumentList)
async def list_measures(by: CanReadMeasures) -> InstrumentList:
    """List the instruments that are scored here."""
    return list_instruments()


@router.post("/{instrument}/score", response_model=ScoreOut)
async def post_score(instrument: InstrumentCode, answers: Answers, by: CanReadMeasures) -> ScoreOut:
    """Score answers without recording them."""
    return try_score(instrument, answers)
