from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving

from scheduling.schemas import NewSeries, SeriesOut
from scheduling.scopes import CanReadAppointments, CanWriteAppointments
from scheduling.use_cases.book_series import book_series
from scheduling.use_cases.read_series import read_series

router = APIRouter(prefix="/v1/appointment-series", tags=["appointments"], route_class=leaving(DataClass.SCHEDULE))


@router.post("", response_model=SeriesOut, status_code=201, openapi_extra=NEEDS_KEY)
async def post_appointment_series(new: NewSeries, tx: Tx, by: CanWriteAppointments) -> SeriesOut:
    """Book a weekly series that keeps its wall time; all of it or nothing."""
    return await book_series(tx, new, by=by)


@router.get("/{series_id}", response_model=SeriesOut)
async def get_appointment_series(series_id: UUID, tx: Tx, by: CanReadAppointments) -> SeriesOut:
    """Read a series with its appointments."""
    return await read_series(tx, series_id, by=by)
