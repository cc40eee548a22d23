from typing import Any

from shared.auth import Principal
from shared.contracts.clinical_records import DischargeFinalized
from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import Discharge
from clinical_records.rules.discharges import DischargeStatus
from clinical_records.schemas.discharges import DischargeOut
from clinical_records.use_cases.close_plan import close_plan
from clinical_records.use_cases.open_discharge import open_discharge


async def finalize_discharge(tx: Transaction, row: Discharge, *, by: Principal) -> DischargeOut:
    """Every signature is there: the plan closes, and everyone who waits for the discharge is told."""
    row.status, row.outcomes = DischargeStatus.FINAL, await outcomes_of(tx, row)
    await tx.save(row)
    await close_plan(tx, row.episode_id, by=by)
    tx.audit("discharge.finalize", subject=row.client_id, resource=row.id, by=by)
    tx.publish(DischargeFinalized(
        discharge_id=row.id, client_id=row.client_id, episode_id=row.episode_id, reason_code=row.reason_code,
        discharged_on=row.discharged_on, last_service_on=row.last_service_on,
    ))  # fmt: skip
    return await open_discharge(tx, row)


async def outcomes_of(tx: Transaction, row: Discharge) -> list[dict[str, Any]]:
    """Each instrument's first and last total; what is due next is due no longer."""
    found: dict[str, dict[str, Any]] = {}
    for measure in await queries.list_scored_in_episode(tx, row.client_id, row.episode_id):
        known = found.setdefault(
            measure.instrument, {"instrument": measure.instrument.value, "baseline": measure.total}
        )
        known["last"] = measure.total
        await tx.stop_timers(subject=measure.id, kind="measure_due")
    return list(found.values())
