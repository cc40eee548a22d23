from shared.auth import Principal
from shared.db import Transaction

from workforce.models import Clinician
from workforce.rules.credentials import standing
from workforce.schemas import NewClinician
from workforce.use_cases.tell_clinician import tell_clinician


async def add_clinician(tx: Transaction, new: NewClinician, *, by: Principal) -> Clinician:
    now = standing((), is_practicum_student=new.is_practicum_student)
    clinician = await tx.add(
        Clinician(
            **new.model_dump(),
            can_sign_independently=now.can_sign_independently,
            needs_cosign=now.needs_cosign,
        )
    )
    tx.audit("clinician.add", resource=clinician.id, by=by)
    tell_clinician(tx, clinician)
    return clinician
