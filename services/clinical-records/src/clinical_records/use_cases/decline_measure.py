from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import MeasureNotOpen
from clinical_records.models import MeasureAdministration
from clinical_records.rules.measures import NEXT, MeasureStatus


async def decline_measure(tx: Transaction, administration_id: UUID, *, by: Principal) -> MeasureAdministration:
    """The client would rather not answer."""
    measure = await queries.lock_administration(tx, administration_id)
    if MeasureStatus.DECLINED not in NEXT[measure.status]:
        raise MeasureNotOpen(f"The measure is {measure.status}; only an assigned one can be declined.")
    measure.status = MeasureStatus.DECLINED
    await tx.stop_timers(subject=measure.id)
    tx.audit("measure_administration.decline", subject=measure.client_id, resource=measure.id, by=by)
    return await tx.save(measure)
