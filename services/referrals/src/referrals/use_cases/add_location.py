from shared.auth import Principal
from shared.db import Transaction

from referrals import queries
from referrals.models import Location
from referrals.schemas import NewLocation


async def add_location(tx: Transaction, new: NewLocation, *, by: Principal) -> Location:
    await queries.get_organization(tx, new.organization_id)
    location = await tx.add(Location(**new.model_dump(mode="json") | {"organization_id": new.organization_id}))
    tx.audit("location.add", resource=location.id, by=by)
    return location
