from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from authorizations.models import Coverage
from authorizations.schemas import CoverageOut, NewCoverage
from authorizations.scopes import CanReadCoverages, CanWriteCoverages
from authorizations.use_cases.add_coverage import add_coverage
from authorizations.use_cases.browse_coverages import browse_coverages
from authorizations.use_cases.read_coverage import read_coverage

router = APIRouter(prefix="/v1/coverages", tags=["coverages"], route_class=leaving(DataClass.BILLING))


@router.post("", response_model=CoverageOut, status_code=201)
async def post_coverage(new: NewCoverage, tx: Tx, by: CanWriteCoverages) -> Coverage:
    """Add a client's coverage by a payer."""
    return await add_coverage(tx, new, by=by)


@router.get("", response_model=Page[CoverageOut])
async def list_coverages(tx: Tx, by: CanReadCoverages, page: Paging, client_id: UUID | None = None) -> Page[Coverage]:
    """List coverages, of one client or of all within reach."""
    return await browse_coverages(tx, page, client_id=client_id, by=by)


@router.get("/{coverage_id}", response_model=CoverageOut)
async def get_coverage(coverage_id: UUID, tx: Tx, by: CanReadCoverages) -> Coverage:
    """Read one coverage."""
    return await read_coverage(tx, coverage_id, by=by)
