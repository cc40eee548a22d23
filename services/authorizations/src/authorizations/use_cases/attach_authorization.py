from shared.db import Transaction

from authorizations import queries
from authorizations.models import Charge
from authorizations.rules.units import consumed


async def attach_authorization(tx: Transaction, charge: Charge) -> None:
    """The number of the authorization whose unit the session consumed."""
    entry = consumed(await queries.list_entries(tx, charge.appointment_id))
    authorization = await queries.get_authorization(tx, entry.authorization_id) if entry else None
    charge.authorization_id, charge.authorization_number = (
        (authorization.id, authorization.number) if authorization else (None, None)
    )
