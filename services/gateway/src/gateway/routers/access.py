from fastapi import APIRouter, Request
from privacy import DataClass
from shared.edge import Tx, leaving

from gateway.schemas.access import Evaluation, EvaluationOut
from gateway.scopes import CanEvaluateAccess
from gateway.use_cases.evaluate_access import evaluate_access

router = APIRouter(prefix="/v1/access", tags=["roles"], route_class=leaving(DataClass.DEMOGRAPHICS))


@router.post("/evaluation", response_model=EvaluationOut)
async def post_access_evaluation(asked: Evaluation, tx: Tx, by: CanEvaluateAccess, request: Request) -> EvaluationOut:
    """May this person do this to this record, and why (Authorization API 1.0)?"""
    state = request.app.state
    return await evaluate_access(tx, asked, state.library, state.services, by=by)
