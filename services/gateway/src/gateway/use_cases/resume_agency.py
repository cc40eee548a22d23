from uuid import UUID

from shared.auth import Principal
from shared.db import PLATFORM, Transaction

from gateway import queries
from gateway.errors import AgencyNotSuspended
from gateway.models import Agency
from gateway.use_cases.tell_agency import tell_agency


async def resume_agency(tx: Transaction, agency_id: UUID, *, by: Principal) -> Agency:
    """Its people and apps may sign in anew; what they held before stays ended."""
    await queries.get_agency(tx, agency_id)
    await tx.enter(agency_id)
    agency = await queries.lock_agency(tx, agency_id)
    if agency.is_active:
        raise AgencyNotSuspended("The agency is not suspended.")
    agency.is_active = True
    await tx.save(agency)
    await tell_agency(tx, agency)
    tx.audit("agency.resume", resource=agency.id, by=by)
    await tx.flush()
    await tx.enter(PLATFORM)
    return agency
