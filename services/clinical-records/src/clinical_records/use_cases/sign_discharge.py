from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import Incomplete, NotSignable
from clinical_records.models import Discharge
from clinical_records.rules.discharges import DischargeStatus, missing_sections
from clinical_records.rules.duties import DutyKind, day_of
from clinical_records.rules.notes import DUE_AFTER
from clinical_records.rules.signing import content_hash
from clinical_records.schemas.discharges import DischargeOut
from clinical_records.use_cases.finalize_discharge import finalize_discharge
from clinical_records.use_cases.judge_signature import judge_signature
from clinical_records.use_cases.open_content import open_content
from clinical_records.use_cases.open_discharge import open_discharge
from clinical_records.use_cases.open_duty import open_duty
from clinical_records.use_cases.require_author import require_author


async def sign_discharge(tx: Transaction, discharge_id: UUID, *, by: Principal) -> DischargeOut:
    """Sign a complete summary; with a supervisor it waits for the co-signature."""
    row = await queries.lock_discharge(tx, discharge_id)
    require_author(row, by=by)
    if row.status is not DischargeStatus.DRAFT:
        raise NotSignable(f"The discharge summary is {row.status}; only a draft is signed.")
    today = day_of(tx.now, await queries.timezone(tx))
    summary = await open_content(tx, row)
    await check_discharge(tx, row, summary)
    if row.discharged_on > today:
        raise Incomplete("The day of discharge is not in the future.", pointer="/discharged_on")
    signing = await judge_signature(tx, today, by=by)
    row.signed_at, row.supervisor_id = tx.now, signing.supervisor_id
    row.content_hash = content_hash({"id": row.id, "by": by.id, "at": tx.now, "reason": row.reason_code,
                                     "on": row.discharged_on, "goals": row.goals, "summary": summary})  # fmt: skip
    tx.audit("discharge.sign", subject=row.client_id, resource=row.id, by=by)
    if not signing.needs_cosign:
        return await finalize_discharge(tx, row, by=by)
    row.status = DischargeStatus.PENDING_COSIGN
    await open_duty(tx, DutyKind.COSIGN, subject_id=row.id, client_id=row.client_id, due_at=tx.now + DUE_AFTER,
                    rule="discharge.cosign", assignee_id=signing.supervisor_id, by=by)  # fmt: skip
    await tx.save(row)
    return await open_discharge(tx, row)


async def check_discharge(tx: Transaction, row: Discharge, summary: dict[str, str]) -> None:
    """Every section is written, and no service came after the day of discharge."""
    for section in missing_sections(summary):
        raise Incomplete("This section is empty.", pointer=f"/summary/{section}")
    row.last_service_on = await queries.last_service(tx, row.episode_id)
    if row.last_service_on and row.discharged_on < row.last_service_on:
        raise Incomplete("A service was given after this day.", pointer="/discharged_on")
