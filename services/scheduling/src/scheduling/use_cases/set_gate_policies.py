from shared.auth import Principal
from shared.db import Transaction

from scheduling import queries
from scheduling.models import GatePolicy
from scheduling.schemas import GatePolicies


async def set_gate_policies(tx: Transaction, new: GatePolicies, *, by: Principal) -> GatePolicy:
    row = await queries.lock_gate_policy(tx)
    tx.expect(row or GatePolicy(version=0, **new.model_dump()))
    if row is None:
        row = await tx.add(GatePolicy(**new.model_dump()))
    else:
        row.sqlmodel_update(new.model_dump())
        await tx.save(row)
    tx.audit("gate_policy.set", resource=row.id, by=by)
    return row
