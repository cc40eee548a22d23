from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Appointment
from authorizations.rules.units import balance_of, choose, reserve, units_for
from authorizations.use_cases.move_units import move_units
from authorizations.use_cases.report_missing_unit import report_missing_unit


async def reserve_unit(tx: Transaction, appointment: Appointment, *, by: Principal) -> None:
    """Set units aside for an appointment, of the authorization that ends first. Changes the row, does not save it."""
    if appointment.service_kind is None:
        return
    windows = await queries.lock_windows(
        tx, appointment.client_id, service_kind=appointment.service_kind, on=appointment.service_date
    )
    chosen = choose(windows, appointment.service_date, appointment.minutes)
    if chosen is None:
        await report_missing_unit(tx, appointment, by=by)
        return
    appointment.lacks_unit = False
    units = units_for(chosen.unit_kind, appointment.minutes, chosen.rounding)
    await move_units(tx, chosen, appointment, move=reserve(balance_of(chosen), units), by=by)
