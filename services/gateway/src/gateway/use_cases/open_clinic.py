from shared.auth import Principal
from shared.contracts.gateway import ClinicChanged
from shared.db import Transaction

from gateway import queries
from gateway.models import Clinic
from gateway.schemas.clinics import NewClinic


async def open_clinic(tx: Transaction, new: NewClinic, *, by: Principal) -> Clinic:
    agency = await queries.get_agency(tx, tx.agency_id)
    clinic = await tx.add(Clinic(id=tx.new_id("clinic"), name=new.name, timezone=new.timezone or agency.timezone))
    tx.audit("clinic.open", resource=clinic.id, by=by)
    tx.publish(ClinicChanged(clinic_id=clinic.id, timezone=clinic.timezone, is_active=clinic.is_active))
    return clinic
