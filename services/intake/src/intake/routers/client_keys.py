from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving

from intake.models import KeyDestruction
from intake.schemas.client_keys import AccountingOut, KeyDestructionOut, KeyDestructionWanted
from intake.scopes import CanDestroyClientKeys, CanReadDisclosures
from intake.use_cases.account_disclosures import account_disclosures
from intake.use_cases.destroy_client_key import destroy_client_key

router = APIRouter(prefix="/v1/clients/{client_id}", tags=["clients"], route_class=leaving(DataClass.DEMOGRAPHICS))


@router.post("/key-destruction", response_model=KeyDestructionOut, status_code=201)
async def post_key_destruction(
    client_id: UUID, wanted: KeyDestructionWanted, tx: Tx, by: CanDestroyClientKeys
) -> KeyDestruction:
    """Make what was said about a client unreadable for good. Refused while a legal hold stands."""
    return await destroy_client_key(tx, client_id, wanted=wanted, by=by)


@router.get("/disclosure-accounting", response_model=AccountingOut)
async def get_disclosure_accounting(client_id: UUID, tx: Tx, by: CanReadDisclosures) -> AccountingOut:
    """The accounting of disclosures that a client may ask for."""
    return await account_disclosures(tx, client_id, by=by)
