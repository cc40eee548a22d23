from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx

from gateway.rules.roles import GRANTS
from gateway.schemas.roles import RoleOut
from gateway.scopes import CanReadUsers

router = APIRouter(prefix="/v1/roles", tags=["users"], route_class=EdgeRoute)


@router.get("", response_model=list[RoleOut])
async def list_roles(tx: Tx, by: CanReadUsers) -> list[RoleOut]:
    """List every role with its scopes and its reach."""
    return [RoleOut(role=role, reach=grant.reach, scopes=sorted(grant.scopes)) for role, grant in GRANTS.items()]
