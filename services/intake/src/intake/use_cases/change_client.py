from uuid import UUID

from shared.auth import Principal
from shared.contracts.intake import ClientProfileUpdated
from shared.db import Transaction

from intake import queries
from intake.models import Client
from intake.rules.clients import told_fields
from intake.rules.matching import digits
from intake.schemas.clients import ClientChange
from intake.use_cases.read_client import conceal_address


async def change_client(tx: Transaction, client_id: UUID, *, change: ClientChange, by: Principal) -> Client:
    client = await queries.lock_client(tx, client_id)
    tx.expect(client)
    for name, value in change.model_dump(exclude_unset=True).items():
        setattr(client, name, value)
    client.phone_digits = digits(client.phone) or None
    await tx.save(client)
    tx.audit("client.change", subject=client.id, by=by)
    tx.publish(ClientProfileUpdated(client_id=client.id, changed_fields=told_fields(change.model_fields_set)))
    return conceal_address(client, by)
