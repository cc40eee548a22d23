from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import MeasureNotOpen
from clinical_records.models import MeasureAdministration
from clinical_records.rules.measures import NEXT, MeasureStatus


async def void_measure(
    tx: Transaction, administration_id: UUID, reason: str, *, by: Principal
) -> MeasureAdministration:
    """A score is never edited: it is voided and entered again."""
    measure = await queries.lock_administration(tx, administration_id)
    if MeasureStatus.VOIDED not in NEXT[measure.status]:
        raise MeasureNotOpen(f"The measure is {measure.status}; only a scored one can be voided.")
    measure.status, measure.void_reason = MeasureStatus.VOIDED, reason
    await tx.stop_timers(subject=measure.id)
    tx.audit("measure_administration.void", subject=measure.client_id, resource=measure.id, by=by)
    return await tx.save(measure)
