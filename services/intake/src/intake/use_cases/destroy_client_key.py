from uuid import UUID

from privacy import DataClass
from shared import keys
from shared.auth import Principal
from shared.contracts.intake import ClientKeyDestroyed
from shared.db import Transaction

from intake import queries
from intake.errors import KeyDestroyedAlready, UnderLegalHold
from intake.models import KeyDestruction
from intake.schemas.client_keys import KeyDestructionWanted
from intake.use_cases.find_labels import find_labels


async def destroy_client_key(
    tx: Transaction, client_id: UUID, *, wanted: KeyDestructionWanted, by: Principal
) -> KeyDestruction:
    """Make what was said about a client unreadable for everybody, here and in every service that hears of it."""
    await queries.lock_holds(tx)
    client = await queries.lock_client(tx, client_id)
    if await queries.find_standing_hold(tx, client.id):
        raise UnderLegalHold("Release the legal hold first, if that may be.")
    if await queries.find_destruction(tx, client.id):
        raise KeyDestroyedAlready("What was sealed under it is lost.")
    row = KeyDestruction(
        id=tx.new_id("destruction"), client_id=client.id, reason=wanted.reason, destroyed_by=by.id, destroyed_at=tx.now,
        security_labels=await find_labels(tx, DataClass.DEMOGRAPHICS, client.id, None),
    )  # fmt: skip
    await tx.add(row)
    await keys.destroy(tx, client.id)
    tx.audit("client_key.destroy", subject=client.id, resource=row.id, code=wanted.reason, by=by)
    tx.publish(ClientKeyDestroyed(client_id=client.id, reason_code=wanted.reason, destroyed_at=tx.now))
    return row
