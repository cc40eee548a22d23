from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.schemas.plans import EditionList, EditionOut
from clinical_records.use_cases.read_record import read_record


async def read_editions(tx: Transaction, plan_id: UUID, *, by: Principal) -> EditionList:
    """Every version of a plan as it was signed."""
    await read_record(tx, queries.get_plan, plan_id, by=by)
    found = await queries.list_editions(tx, plan_id)
    return EditionList(items=[EditionOut.model_validate(edition) for edition in found])
