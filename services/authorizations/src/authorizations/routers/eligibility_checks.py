from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from authorizations.models import EligibilityCheck
from authorizations.schemas import EligibilityCheckOut, EligibilityResult, NewEligibilityCheck
from authorizations.scopes import CanReadEligibility, CanWriteEligibility
from authorizations.use_cases.browse_eligibility_checks import browse_eligibility_checks
from authorizations.use_cases.enter_eligibility import enter_eligibility
from authorizations.use_cases.read_eligibility_check import read_eligibility_check
from authorizations.use_cases.request_eligibility_check import request_eligibility_check

router = APIRouter(prefix="/v1/eligibility-checks", tags=["eligibility"], route_class=leaving(DataClass.BILLING))


@router.post("", response_model=EligibilityCheckOut, status_code=202)
async def post_eligibility_check(new: NewEligibilityCheck, tx: Tx, by: CanWriteEligibility) -> EligibilityCheck:
    """Ask the payer whether a coverage is active and what needs an authorization; the answer comes later."""
    return await request_eligibility_check(tx, new, by=by)


@router.post("/{check_id}/result", response_model=EligibilityCheckOut, status_code=201)
async def post_eligibility_result(
    check_id: UUID, result: EligibilityResult, tx: Tx, by: CanWriteEligibility
) -> EligibilityCheck:
    """Record what the payer's portal or telephone said, with its evidence."""
    return await enter_eligibility(tx, check_id, result, by=by)


@router.get("", response_model=Page[EligibilityCheckOut])
async def list_eligibility_checks(
    tx: Tx, by: CanReadEligibility, page: Paging, client_id: UUID | None = None, coverage_id: UUID | None = None
) -> Page[EligibilityCheck]:
    """List eligibility checks."""
    return await browse_eligibility_checks(tx, page, client_id=client_id, coverage_id=coverage_id, by=by)


@router.get("/{check_id}", response_model=EligibilityCheckOut)
async def get_eligibility_check(check_id: UUID, tx: Tx, by: CanReadEligibility) -> EligibilityCheck:
    """Read one eligibility check."""
    return await read_eligibility_check(tx, check_id, by=by)
