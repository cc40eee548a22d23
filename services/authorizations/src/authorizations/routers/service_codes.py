from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx

from authorizations.schemas import CodeQuestion, CodeSuggestion
from authorizations.scopes import CanReadServiceCodes
from authorizations.use_cases.suggest_codes import suggest_codes

router = APIRouter(prefix="/v1/service-codes", tags=["service codes"], route_class=EdgeRoute)


@router.post("/suggestion", response_model=CodeSuggestion)
async def post_service_code_suggestion(asked: CodeQuestion, tx: Tx, by: CanReadServiceCodes) -> CodeSuggestion:
    """Try which code the minutes of a service suggest. Nothing is recorded."""
    return await suggest_codes(asked, by=by)
