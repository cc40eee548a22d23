from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from referrals import queries
from referrals.errors import LocationOfAnother
from referrals.models import ServiceAtLocation


async def place_service(tx: Transaction, service_id: UUID, location_id: UUID, *, by: Principal) -> ServiceAtLocation:
    service = await queries.get_service(tx, service_id)
    location = await queries.get_location(tx, location_id)
    if service.organization_id != location.organization_id:
        raise LocationOfAnother("Service and location must belong to one organization.", pointer="/location_id")
    place = await tx.add(ServiceAtLocation(service_id=service.id, location_id=location.id))
    tx.audit("service.place", resource=place.id, by=by)
    return place
