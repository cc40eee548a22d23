from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotCosignable
from clinical_records.rules.discharges import DischargeStatus
from clinical_records.rules.duties import DutyKind
from clinical_records.schemas.discharges import DischargeOut
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.finalize_discharge import finalize_discharge
from clinical_records.use_cases.require_cosigner import require_cosigner


async def cosign_discharge(tx: Transaction, discharge_id: UUID, *, by: Principal) -> DischargeOut:
    """The assigned supervisor adds his signature."""
    row = await queries.lock_discharge(tx, discharge_id)
    if row.status is not DischargeStatus.PENDING_COSIGN:
        raise NotCosignable(f"The discharge summary is {row.status}.")
    require_cosigner(row, by=by)
    row.cosigned_at = tx.now
    await close_duties(tx, DutyKind.COSIGN, about=row.id, reason="cosigned", by=by)
    return await finalize_discharge(tx, row, by=by)
