from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Appointment
from authorizations.rules.units import balance_of, consumed, reverse
from authorizations.use_cases.move_units import move_units


async def reverse_unit(tx: Transaction, appointment: Appointment, *, by: Principal) -> None:
    """Give back what a session consumed; nothing when it consumed nothing. The ledger keeps both entries."""
    spent = consumed(await queries.list_entries(tx, appointment.id))
    if spent is None:
        return
    authorization = await queries.lock_authorization(tx, spent.authorization_id)
    await move_units(tx, authorization, appointment, move=reverse(balance_of(authorization), spent.units), by=by)
