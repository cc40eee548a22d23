from uuid import UUID

from shared.auth import Principal
from shared.contracts.gateway import ClinicChanged
from shared.db import Transaction

from gateway import queries
from gateway.models import Clinic
from gateway.schemas.clinics import ClinicChange


async def change_clinic(tx: Transaction, clinic_id: UUID, change: ClinicChange, *, by: Principal) -> Clinic:
    clinic = await queries.lock_clinic(tx, clinic_id)
    tx.expect(clinic)
    for name, value in change.changes().items():
        setattr(clinic, name, value)
    await tx.save(clinic)
    tx.audit("clinic.change", resource=clinic.id, by=by)
    tx.publish(ClinicChanged(clinic_id=clinic.id, timezone=clinic.timezone, is_active=clinic.is_active))
    return clinic
