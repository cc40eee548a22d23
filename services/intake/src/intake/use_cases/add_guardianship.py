from uuid import UUID

from privacy import DataClass
from shared.auth import Principal
from shared.contracts.intake import GuardianshipBegan
from shared.db import Transaction

from intake import queries
from intake.errors import CustodyNotSo
from intake.models import Guardianship
from intake.rules.guardianships import custody_is_told
from intake.schemas.guardianships import NewGuardianship
from intake.use_cases.find_labels import find_labels


async def add_guardianship(tx: Transaction, client_id: UUID, *, new: NewGuardianship, by: Principal) -> Guardianship:
    """From now on the account acts for the client, as long as authority and custody last."""
    client = await queries.get_client(tx, client_id)
    if not custody_is_told(new.authority, new.custody):
        raise CustodyNotSo("Say who has custody of a minor; leave it out for an adult.", pointer="/custody")
    row = Guardianship(
        **new.model_dump(), id=tx.new_id("guardianship"), client_id=client.id, recorded_by=by.id,
        security_labels=await find_labels(tx, DataClass.DEMOGRAPHICS, client.id, None),
    )  # fmt: skip
    tx.audit("guardianship.add", subject=client.id, resource=row.id, by=by)
    tx.publish(
        GuardianshipBegan(
            guardianship_id=row.id,
            client_id=client.id,
            guardian_id=row.guardian_id,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
    )
    return await tx.add(row)
