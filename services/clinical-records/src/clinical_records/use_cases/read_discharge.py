from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.schemas.discharges import DischargeOut
from clinical_records.use_cases.open_discharge import open_discharge
from clinical_records.use_cases.read_record import read_record


async def read_discharge(tx: Transaction, discharge_id: UUID, *, by: Principal) -> DischargeOut:
    """Show one discharge summary."""
    return await open_discharge(tx, await read_record(tx, queries.get_discharge, discharge_id, by=by))
