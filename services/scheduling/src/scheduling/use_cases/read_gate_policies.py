from shared.auth import Principal
from shared.db import Transaction

from scheduling import queries
from scheduling.models import GatePolicy
from scheduling.rules.gates import DEFAULTS


async def read_gate_policies(tx: Transaction, *, by: Principal) -> GatePolicy:
    """The agency's policies; the defaults, as version 0, until it has set its own."""
    tx.audit("gate_policy.read", by=by)
    defaults = {gate.value: policy for gate, policy in DEFAULTS.items()}
    return await queries.find_gate_policy(tx) or GatePolicy.model_validate({**defaults, "version": 0})
