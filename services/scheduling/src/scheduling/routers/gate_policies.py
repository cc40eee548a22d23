from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx

from scheduling.models import GatePolicy
from scheduling.schemas import GatePolicies, GatePoliciesOut
from scheduling.scopes import CanReadGatePolicies, CanWriteGatePolicies
from scheduling.use_cases.read_gate_policies import read_gate_policies
from scheduling.use_cases.set_gate_policies import set_gate_policies

router = APIRouter(prefix="/v1/gate-policies", tags=["gate policies"], route_class=EdgeRoute)


@router.get("", response_model=GatePoliciesOut)
async def get_gate_policies(tx: Tx, by: CanReadGatePolicies) -> GatePolicy:
    """Read what each booking gate of the agency does: off, warn or block."""
    return await read_gate_policies(tx, by=by)


@router.put("", response_model=GatePoliciesOut)
async def put_gate_policies(new: GatePolicies, tx: Tx, by: CanWriteGatePolicies) -> GatePolicy:
    """Set what each booking gate does. A crisis appointment is never stopped by any."""
    return await set_gate_policies(tx, new, by=by)
