from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import Client


async def add_client_stub(tx: Transaction, client_id: UUID, *, clinic_id: UUID, age_band: str, by: Principal) -> None:
    """Know that this client exists, so that a chart can be kept."""
    if await queries.find_client(tx, client_id):
        return
    await tx.add(Client(id=client_id, clinic_id=clinic_id, age_band=age_band))
    tx.audit("client.add", subject=client_id, resource=client_id, by=by)
    await tx.supply(f"client:{client_id}")
