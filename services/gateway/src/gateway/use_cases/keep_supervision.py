from shared.contracts.workforce import SupervisionAssigned
from shared.db import Transaction

from gateway import queries


async def keep_supervision(tx: Transaction, event: SupervisionAssigned) -> None:
    """Keep who supervises whom, for the `sup` of the supervisee's tokens."""
    await queries.keep_supervision(
        tx,
        assignment_id=event.assignment_id,
        supervisee_id=event.supervisee_id,
        supervisor_id=event.supervisor_id,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
    )
