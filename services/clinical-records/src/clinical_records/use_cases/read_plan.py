from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.schemas.plans import PlanOut
from clinical_records.use_cases.open_plan import open_plan
from clinical_records.use_cases.read_record import read_record


async def read_plan(tx: Transaction, plan_id: UUID, *, by: Principal) -> PlanOut:
    """Show one plan as it stands."""
    return await open_plan(tx, await read_record(tx, queries.get_plan, plan_id, by=by))
