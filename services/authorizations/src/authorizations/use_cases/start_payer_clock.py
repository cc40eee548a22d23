from shared.db import Transaction

from authorizations.models import AuthorizationRequest, Payer
from authorizations.rules.clocks import Priority, payer_clock


async def start_payer_clock(tx: Transaction, request: AuthorizationRequest, payer: Payer) -> None:
    """The law's or the contract's time begins when the payer has the request."""
    agreed = payer.expedited_hours if request.priority is Priority.EXPEDITED else payer.standard_hours
    clock = payer_clock(payer.payer_type, request.priority, tx.now, contract_hours=agreed)
    request.due_at, request.clock_basis = clock.due_at, clock.basis
    if clock.due_at is not None:
        await tx.start_timer("payer_due", subject=request.id, due_at=clock.due_at, key=tx.now.isoformat())
