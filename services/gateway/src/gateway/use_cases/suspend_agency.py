from uuid import UUID

from shared.auth import Principal
from shared.clock import real_now
from shared.contracts.gateway import AgencySuspended
from shared.db import PLATFORM, Transaction
from shared.signed_out import admit_nobody, sign_out

from gateway import queries
from gateway.errors import AgencyIsSuspended
from gateway.models import Agency
from gateway.rules.sessions import EndReason
from gateway.use_cases.tell_agency import tell_agency


async def suspend_agency(tx: Transaction, agency_id: UUID, *, by: Principal) -> Agency:
    """All its people and apps are out, everywhere: no more tokens, and those that are out count no more."""
    await queries.get_agency(tx, agency_id)
    await tx.enter(agency_id)
    await admit_nobody(tx)
    agency = await queries.lock_agency(tx, agency_id)
    if not agency.is_active:
        raise AgencyIsSuspended("The agency is suspended already.")
    agency.is_active = False
    await tx.save(agency)
    await queries.end_all_sessions(tx, real_now(), EndReason.SUSPENDED)
    await tell_agency(tx, agency)
    tx.publish(AgencySuspended(agency_id=agency.id, since=await sign_out(tx, agency.id)))
    tx.audit("agency.suspend", resource=agency.id, by=by)
    await tx.flush()
    await tx.enter(PLATFORM)
    return agency
