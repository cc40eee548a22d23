from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import EdgeRoute, Tx, leaving
from shared.pagination import Page, Paging

from intake.models import Disclosure, DisclosurePolicy
from intake.schemas.disclosures import (
    DisclosureAnswers,
    DisclosureOut,
    DisclosurePolicyOut,
    DisclosureQuestions,
    NewDisclosurePolicy,
)
from intake.scopes import CanEvaluateDisclosures, CanReadDisclosures, CanWriteRestrictions
from intake.use_cases.evaluate_disclosures import evaluate_disclosures
from intake.use_cases.read_disclosure_policy import read_disclosure_policy
from intake.use_cases.read_disclosures import read_disclosures
from intake.use_cases.set_disclosure_policy import set_disclosure_policy

policies = APIRouter(prefix="/v1/disclosures/policy", tags=["disclosures"], route_class=EdgeRoute)
router = APIRouter(prefix="/v1/disclosures", tags=["disclosures"], route_class=leaving(DataClass.DEMOGRAPHICS))


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


@policies.get("", response_model=DisclosurePolicyOut)
async def get_disclosure_policy(tx: Tx, by: CanReadDisclosures) -> DisclosurePolicy:
    """Read what the law of the agency's state asks beyond federal law."""
    return await read_disclosure_policy(tx, by=by)


@policies.put("", response_model=DisclosurePolicyOut)
async def put_disclosure_policy(new: NewDisclosurePolicy, tx: Tx, by: CanWriteRestrictions) -> DisclosurePolicy:
    """Set what the law of the agency's state asks beyond federal law."""
    return await set_disclosure_policy(tx, new, by=by)
