from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from scheduling.models import AppointmentSeries
from scheduling.rules.recurrence import weekly
from scheduling.schemas import NewSeries, SeriesOut
from scheduling.use_cases.admit_booking import admit_booking
from scheduling.use_cases.find_labels import find_labels
from scheduling.use_cases.place_appointments import place_appointments


async def book_series(tx: Transaction, new: NewSeries, *, by: Principal) -> SeriesOut:
    clinic = await admit_booking(tx, new, by=by)
    timezone = new.timezone or clinic.timezone
    labels = await find_labels(tx, DataClass.SCHEDULE, new.client_id, new.episode_id)
    series = await tx.add(AppointmentSeries(
        **new.model_dump(exclude={"timezone", "client_state"}), timezone=timezone, security_labels=labels,
    ))  # fmt: skip
    when = weekly(
        new.first_start_local, timezone, every_weeks=new.every_weeks, count=new.count, minutes=new.duration_minutes
    )
    placed = await place_appointments(tx, new, when, clinic=clinic, series_id=series.id)
    tx.audit("appointment_series.book", subject=series.client_id, resource=series.id, by=by)
    return SeriesOut.model_validate({**series.model_dump(), "appointments": placed})
