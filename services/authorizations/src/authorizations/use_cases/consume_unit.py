from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Appointment
from authorizations.rules.units import balance_of, choose, consume, consumed, open_reserve, units_for
from authorizations.use_cases.move_units import move_units
from authorizations.use_cases.release_unit import release_unit
from authorizations.use_cases.report_missing_unit import report_missing_unit


async def consume_unit(tx: Transaction, appointment: Appointment, *, by: Principal) -> None:
    """Spend the units of a kept session: those set aside, or as a walk-in. Changes the row, does not save it."""
    entries, on = await queries.list_entries(tx, appointment.id), appointment.service_date
    if appointment.service_kind is None or consumed(entries):
        return
    windows = await queries.lock_windows(tx, appointment.client_id, service_kind=appointment.service_kind, on=on)
    held = open_reserve(entries)
    chosen = next((window for window in windows if held and window.id == held.authorization_id), None)
    if held and chosen is None:  # the session took place outside the window that it was booked in
        await release_unit(tx, appointment, by=by)
    reserved = held.units if held and chosen else 0
    chosen = chosen or choose(windows, on, appointment.minutes)
    if chosen is None:
        await report_missing_unit(tx, appointment, by=by)
        return
    appointment.lacks_unit = False
    wanted = units_for(chosen.unit_kind, appointment.minutes, chosen.rounding)
    await move_units(tx, chosen, appointment, move=consume(balance_of(chosen), wanted, reserved), by=by)
