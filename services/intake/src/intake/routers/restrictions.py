from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from intake.models import Restriction
from intake.schemas.restrictions import NewRestriction, RestrictionOut
from intake.scopes import CanReadConsents, CanWriteRestrictions
from intake.use_cases.add_restriction import add_restriction
from intake.use_cases.read_restrictions import read_restrictions
from intake.use_cases.withdraw_restriction import withdraw_restriction

router = APIRouter(
    prefix="/v1/clients/{client_id}/restrictions", tags=["restrictions"], route_class=leaving(DataClass.DEMOGRAPHICS)
)


@router.post("", response_model=RestrictionOut, status_code=201)
async def post_restriction(client_id: UUID, new: NewRestriction, tx: Tx, by: CanWriteRestrictions) -> Restriction:
    """Record what a client asked us not to disclose."""
    return await add_restriction(tx, client_id, new=new, by=by)


@router.get("", response_model=Page[RestrictionOut])
async def list_restrictions(client_id: UUID, tx: Tx, by: CanReadConsents, page: Paging) -> Page[Restriction]:
    """List a client's restrictions."""
    return await read_restrictions(tx, client_id, page=page, by=by)


@router.post("/{restriction_id}/withdrawal", response_model=RestrictionOut)
async def post_restriction_withdrawal(
    client_id: UUID, restriction_id: UUID, tx: Tx, by: CanWriteRestrictions
) -> Restriction:
    """End a restriction."""
    return await withdraw_restriction(tx, client_id, restriction_id=restriction_id, by=by)
