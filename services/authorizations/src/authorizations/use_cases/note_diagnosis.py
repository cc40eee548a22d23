from shared.auth import Principal
from shared.contracts.clinical_records import DiagnosisRecorded
from shared.db import Transaction

from authorizations import queries
from authorizations.use_cases.weigh_open_charges import weigh_open_charges


async def note_diagnosis(tx: Transaction, recorded: DiagnosisRecorded, *, by: Principal) -> None:
    await queries.keep(
        tx, queries.KEEP_DIAGNOSIS, recorded.diagnosis_id, **recorded.model_dump(exclude={"diagnosis_id"})
    )
    tx.audit("diagnosis.note", subject=recorded.client_id, resource=recorded.diagnosis_id, by=by)
    await weigh_open_charges(tx, recorded.client_id, by=by)
