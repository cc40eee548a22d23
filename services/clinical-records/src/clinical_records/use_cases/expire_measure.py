from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.rules.measures import MeasureStatus


async def expire_measure(tx: Transaction, administration_id: UUID, *, by: Principal) -> None:
    """An assigned measure that nobody answered in time is no longer open."""
    measure = await queries.lock_open_administration(tx, administration_id)
    if measure is None:
        return
    measure.status = MeasureStatus.EXPIRED
    await tx.save(measure)
    tx.audit("measure_administration.expire", subject=measure.client_id, resource=measure.id, by=by)
