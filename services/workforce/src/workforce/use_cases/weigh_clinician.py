from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.rules.credentials import Standing, standing
from workforce.use_cases.tell_clinician import tell_clinician


async def weigh_clinician(tx: Transaction, clinician_id: UUID, *, by: Principal) -> None:
    """Hold a clinician against the credentials that live now, and tell when that changes what they may sign."""
    clinician = await queries.lock_clinician(tx, clinician_id)
    live = await queries.list_live_types(tx, clinician.id)
    now = standing(live, is_practicum_student=clinician.is_practicum_student)
    if now == Standing(clinician.can_sign_independently, clinician.needs_cosign):
        return
    clinician.can_sign_independently, clinician.needs_cosign = now.can_sign_independently, now.needs_cosign
    await tx.save(clinician)
    tx.audit("clinician.weigh", resource=clinician.id, by=by)
    tell_clinician(tx, clinician)
