from uuid import UUID

from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Restriction
from intake.rules.disclosures import OUTLAST
from intake.schemas.restrictions import NewRestriction
from intake.use_cases.find_labels import find_labels


async def add_restriction(tx: Transaction, client_id: UUID, *, new: NewRestriction, by: Principal) -> Restriction:
    client = await queries.get_client(tx, client_id)
    tx.outlast_permits(OUTLAST)
    tx.audit("restriction.add", subject=client.id, by=by)
    row = Restriction(
        **new.model_dump(), id=tx.new_id("restriction"), client_id=client.id, recorded_by=by.id,
        security_labels=await find_labels(tx, DataClass.DEMOGRAPHICS, client.id, None),
    )  # fmt: skip
    return await tx.add(row)
