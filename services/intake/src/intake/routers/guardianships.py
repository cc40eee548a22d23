from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from intake.models import Guardianship
from intake.schemas.guardianships import GuardianshipOut, NewGuardianship
from intake.scopes import CanReadConsents, CanWriteGuardianships
from intake.use_cases.add_guardianship import add_guardianship
from intake.use_cases.end_guardianship import end_guardianship
from intake.use_cases.read_guardianships import read_guardianships

router = APIRouter(
    prefix="/v1/clients/{client_id}/guardianships", tags=["guardianships"], route_class=leaving(DataClass.DEMOGRAPHICS)
)


@router.post("", response_model=GuardianshipOut, status_code=201)
async def post_guardianship(client_id: UUID, new: NewGuardianship, tx: Tx, by: CanWriteGuardianships) -> Guardianship:
    """Record who stands for a client: the account, its authority, custody, and until when."""
    return await add_guardianship(tx, client_id, new=new, by=by)


@router.get("", response_model=Page[GuardianshipOut])
async def list_guardianships(client_id: UUID, tx: Tx, by: CanReadConsents, page: Paging) -> Page[Guardianship]:
    """List who stands for a client, and who did."""
    return await read_guardianships(tx, client_id, page=page, by=by)


@router.post("/{guardianship_id}/ending", response_model=GuardianshipOut)
async def post_guardianship_ending(
    client_id: UUID, guardianship_id: UUID, tx: Tx, by: CanWriteGuardianships
) -> Guardianship:
    """End it, at once: a custody order changed, or the authority was withdrawn."""
    return await end_guardianship(tx, client_id, guardianship_id=guardianship_id, by=by)
