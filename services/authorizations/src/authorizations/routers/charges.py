from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from authorizations.models import Charge
from authorizations.rules.charges import ChargeStatus
from authorizations.schemas import ChargeOut
from authorizations.scopes import CanReadCharges
from authorizations.use_cases.browse_charges import browse_charges
from authorizations.use_cases.read_charge import read_charge

router = APIRouter(prefix="/v1/charges", tags=["charges"], route_class=leaving(DataClass.BILLING))


@router.get("", response_model=Page[ChargeOut])
async def list_charges(
    tx: Tx, by: CanReadCharges, page: Paging, client_id: UUID | None = None, status: ChargeStatus | None = None
) -> Page[Charge]:
    """List charges, ready or blocked with their reasons."""
    return await browse_charges(tx, page, client_id=client_id, status=status, by=by)


@router.get("/{charge_id}", response_model=ChargeOut)
async def get_charge(charge_id: UUID, tx: Tx, by: CanReadCharges) -> Charge:
    """Read one charge."""
    return await read_charge(tx, charge_id, by=by)
