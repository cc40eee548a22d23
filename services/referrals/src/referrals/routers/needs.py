from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from referrals.models import Need
from referrals.rules.needs import NeedStatus
from referrals.schemas import NeedOut, NewNeed
from referrals.scopes import CanReadReferrals, CanWriteNeeds
from referrals.use_cases.identify_need import identify_need
from referrals.use_cases.read_need import read_need
from referrals.use_cases.read_needs import read_needs
from referrals.use_cases.resolve_need import resolve_need

router = APIRouter(prefix="/v1/needs", tags=["needs"], route_class=leaving(DataClass.NEEDS))


@router.post("", response_model=NeedOut, status_code=201)
async def post_need(new: NewNeed, tx: Tx, by: CanWriteNeeds) -> Need:
    """Record a social need of a client, and whether help is wanted."""
    return await identify_need(tx, new, by=by)


@router.get("", response_model=Page[NeedOut])
async def list_needs(
    tx: Tx, by: CanReadReferrals, page: Paging, client_id: UUID | None = None, status: NeedStatus | None = None
) -> Page[Need]:
    """List the needs of the clients whom the caller may see."""
    return await read_needs(tx, page, client_id=client_id, status=status, by=by)


@router.get("/{need_id}", response_model=NeedOut)
async def get_need(need_id: UUID, tx: Tx, by: CanReadReferrals) -> Need:
    """Read one need."""
    return await read_need(tx, need_id, by=by)


@router.post("/{need_id}/resolution", response_model=NeedOut)
async def post_need_resolution(need_id: UUID, tx: Tx, by: CanWriteNeeds) -> Need:
    """Record that the need is met or gone."""
    return await resolve_need(tx, need_id, by=by)
