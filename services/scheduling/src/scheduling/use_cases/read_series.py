from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from scheduling import queries
from scheduling.schemas import SeriesOut


async def read_series(tx: Transaction, series_id: UUID, *, by: Principal) -> SeriesOut:
    series = await queries.get_series(tx, series_id)
    placed = await queries.list_appointments_of_series(tx, series_id)
    tx.audit("appointment_series.read", subject=series.client_id, resource=series.id, by=by)
    return SeriesOut.model_validate({**series.model_dump(), "appointments": placed})
