from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotEditable, SectionUnknown
from clinical_records.rules.discharges import DischargeStatus, unknown_sections
from clinical_records.schemas.discharges import DischargeChange, DischargeOut
from clinical_records.use_cases.open_content import open_content
from clinical_records.use_cases.open_discharge import open_discharge
from clinical_records.use_cases.require_author import require_author
from clinical_records.use_cases.seal_content import seal_content


async def edit_discharge(
    tx: Transaction, discharge_id: UUID, change: DischargeChange, *, by: Principal
) -> DischargeOut:
    """Write on in a draft."""
    row = await queries.lock_discharge(tx, discharge_id)
    require_author(row, by=by)
    tx.expect(row)
    if row.status is not DischargeStatus.DRAFT:
        raise NotEditable(f"The discharge summary is {row.status}; only a draft is edited.")
    for section in unknown_sections(change.summary or {}):
        raise SectionUnknown(pointer=f"/summary/{section}")
    row.reason_code = change.reason_code or row.reason_code
    row.discharged_on = change.discharged_on or row.discharged_on
    row.risk_level = change.risk_level or row.risk_level
    if change.goals is not None:
        row.goals = [goal.model_dump(mode="json") for goal in change.goals]
    await seal_content(tx, row, {**await open_content(tx, row), **(change.summary or {})})
    await tx.save(row)
    tx.audit("discharge.edit", subject=row.client_id, resource=row.id, by=by)
    return await open_discharge(tx, row)
