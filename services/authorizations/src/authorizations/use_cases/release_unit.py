from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Appointment
from authorizations.rules.units import balance_of, open_reserve, release
from authorizations.use_cases.move_units import move_units


async def release_unit(tx: Transaction, appointment: Appointment, *, by: Principal) -> None:
    """Give back what was set aside for an appointment; nothing when nothing is held."""
    held = open_reserve(await queries.list_entries(tx, appointment.id))
    if held is None:
        return
    authorization = await queries.lock_authorization(tx, held.authorization_id)
    await move_units(tx, authorization, appointment, move=release(balance_of(authorization), held.units), by=by)
