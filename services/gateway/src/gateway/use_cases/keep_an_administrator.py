from shared.db import Transaction

from gateway import queries
from gateway.errors import LastAdministrator
from gateway.models import UserAccount


async def keep_an_administrator(tx: Transaction, leaving: UserAccount) -> None:
    """Lock the administrators and see that one is left when this one goes."""
    administrators = {user.id for user in await queries.lock_administrators(tx)}
    if administrators == {leaving.id}:
        raise LastAdministrator("Give another active user the role administrator first.")
