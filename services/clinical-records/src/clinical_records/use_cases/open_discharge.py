from shared.db import Transaction

from clinical_records.models import Discharge
from clinical_records.schemas.discharges import DischargeOut
from clinical_records.use_cases.open_content import open_content


async def open_discharge(tx: Transaction, row: Discharge) -> DischargeOut:
    """A discharge summary in plain words."""
    return DischargeOut.model_validate({**row.model_dump(), "summary": await open_content(tx, row)})
