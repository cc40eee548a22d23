from uuid import UUID

from shared.auth import Principal
from shared.db import PLATFORM, Transaction

from gateway import queries
from gateway.models import Agency
from gateway.schemas.agencies import AgencyChange
from gateway.use_cases.tell_agency import tell_agency


async def change_agency(tx: Transaction, agency_id: UUID, change: AgencyChange, *, by: Principal) -> Agency:
    """Change what an agency is called, by what it is known, and where its clocks run."""
    tx.expect(await queries.get_agency(tx, agency_id))
    await tx.enter(agency_id)
    agency = await queries.lock_agency(tx, agency_id)
    for name, value in change.changes().items():
        setattr(agency, name, value)
    await tx.save(agency)
    await tell_agency(tx, agency)
    tx.audit("agency.change", resource=agency.id, by=by)
    await tx.flush()
    await tx.enter(PLATFORM)
    return agency
