from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from authorizations import queries
from authorizations.models import Payer
from authorizations.schemas import NewPayer, PayerChange, PayerOut
from authorizations.scopes import CanReadPayers, CanWritePayers
from authorizations.use_cases.add_payer import add_payer
from authorizations.use_cases.change_payer import change_payer

router = APIRouter(prefix="/v1/admin/payers", tags=["payers"], route_class=EdgeRoute)


@router.post("", response_model=PayerOut, status_code=201)
async def post_payer(new: NewPayer, tx: Tx, by: CanWritePayers) -> Payer:
    """Add an insurer or plan, with the way requests reach it."""
    return await add_payer(tx, new, by=by)


@router.get("", response_model=Page[PayerOut])
async def list_payers(tx: Tx, by: CanReadPayers, page: Paging) -> Page[Payer]:
    """List the agency's payers."""
    return await queries.list_payers(tx, page)


@router.get("/{payer_id}", response_model=PayerOut)
async def get_payer(payer_id: UUID, tx: Tx, by: CanReadPayers) -> Payer:
    """Read one payer."""
    return await queries.get_payer(tx, payer_id)


@router.patch("/{payer_id}", response_model=PayerOut)
async def patch_payer(payer_id: UUID, change: PayerChange, tx: Tx, by: CanWritePayers) -> Payer:
    """Change a payer's name, address or agreed times, or suspend it: then it takes no new coverage."""
    return await change_payer(tx, payer_id, change, by=by)
