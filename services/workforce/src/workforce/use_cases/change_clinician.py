from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.models import Clinician
from workforce.rules.credentials import standing
from workforce.schemas import ClinicianChange
from workforce.use_cases.tell_clinician import tell_clinician


async def change_clinician(tx: Transaction, clinician_id: UUID, change: ClinicianChange, *, by: Principal) -> Clinician:
    clinician = await queries.lock_clinician(tx, clinician_id)
    tx.expect(clinician)
    for name, value in change.model_dump(exclude_unset=True).items():
        setattr(clinician, name, value)
    live = await queries.list_live_types(tx, clinician.id)
    now = standing(live, is_practicum_student=clinician.is_practicum_student)
    clinician.can_sign_independently, clinician.needs_cosign = now.can_sign_independently, now.needs_cosign
    await tx.save(clinician)
    tx.audit("clinician.change", resource=clinician.id, by=by)
    tell_clinician(tx, clinician)
    return clinician
