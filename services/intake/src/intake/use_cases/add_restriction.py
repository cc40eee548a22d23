from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Restriction
from intake.rules.disclosures import OUTLAST
from intake.schemas.restrictions import NewRestriction


async def add_restriction(tx: Transaction, client_id: UUID, *, new: NewRestriction, by: Principal) -> Restriction:
    client = await queries.get_client(tx, client_id)
    tx.outlast_permits(OUTLAST)
    tx.audit("restriction.add", subject=client.id, by=by)
    row = Restriction(**new.model_dump(), id=tx.new_id("restriction"), client_id=client.id, recorded_by=by.id)
    return await tx.add(row)
