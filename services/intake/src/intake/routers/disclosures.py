from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from intake.models import Disclosure
from intake.schemas import DisclosureAnswers, DisclosureOut, DisclosureQuestions
from intake.scopes import CanEvaluateDisclosures, CanReadDisclosures
from intake.use_cases.evaluate_disclosures import evaluate_disclosures
from intake.use_cases.read_disclosures import read_disclosures

router = APIRouter(prefix="/v1/disclosures", tags=["disclosures"], route_class=EdgeRoute)


@router.post("/evaluation", response_model=DisclosureAnswers)
async def post_disclosure_evaluation(
    wanted: DisclosureQuestions, tx: Tx, by: CanEvaluateDisclosures
) -> DisclosureAnswers:
    """Who may be told what, and why: verdict, obligations and the rule that decided. Nothing is disclosed."""
    return await evaluate_disclosures(tx, wanted.items, by=by)


@router.get("", response_model=Page[DisclosureOut])
async def list_disclosures(client_id: UUID, tx: Tx, by: CanReadDisclosures, page: Paging) -> Page[Disclosure]:
    """List what left about a client, newest first."""
    return await read_disclosures(tx, client_id, page=page, by=by)
