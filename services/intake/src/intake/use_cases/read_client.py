from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Client
from intake.rules.clients import sees_confidential_address


async def read_client(tx: Transaction, client_id: UUID, *, by: Principal) -> Client:
    client = await queries.get_client(tx, client_id)
    tx.audit("client.read", subject=client.id, by=by)
    return conceal_address(client, by)


def conceal_address(client: Client, by: Principal) -> Client:
    """A confidential address is shown to the care team alone."""
    if client.is_address_confidential and not sees_confidential_address(by.roles):
        client.address = None
    return client
