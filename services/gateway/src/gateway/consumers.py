"""What the gateway does when another service reports a fact: it keeps who supervises whom."""

from shared.consumer import handlers, on
from shared.contracts.workforce import SupervisionAssigned
from shared.db import Transaction

from gateway.use_cases.keep_supervision import keep_supervision


async def on_supervision_assigned(tx: Transaction, event: SupervisionAssigned) -> None:
    await keep_supervision(tx, event)


PROJECTIONS = handlers(on(SupervisionAssigned, on_supervision_assigned))
