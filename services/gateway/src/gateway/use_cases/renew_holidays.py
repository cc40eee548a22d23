from uuid import UUID

from shared.db import Transaction

from gateway import queries
from gateway.use_cases.tell_agency import tell_agency


async def renew_holidays(tx: Transaction, agency_id: UUID) -> None:
    """A new year has begun in the agency's zone: tell the holidays of the years that are in sight now."""
    agency = await queries.get_agency(tx, agency_id)
    await tell_agency(tx, agency)
    tx.audit("agency.renew_holidays", resource=agency.id, by=tx.by)
