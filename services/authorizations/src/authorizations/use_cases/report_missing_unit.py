from shared.auth import Principal
from shared.db import Transaction

from authorizations.models import Appointment
from authorizations.rules.eligibility import Needed
from authorizations.rules.service_codes import ServiceKind
from authorizations.use_cases.find_need import find_need
from authorizations.use_cases.open_task import open_task


async def report_missing_unit(tx: Transaction, appointment: Appointment, *, by: Principal) -> None:
    """Care goes on without a unit; where one is or may be needed, utilization review is told."""
    kind = appointment.service_kind or ServiceKind.OTHER
    need = await find_need(tx, appointment.client_id, service_kind=kind, on=appointment.service_date)
    appointment.lacks_unit = need is not Needed.NOT_REQUIRED
    if appointment.lacks_unit:
        await open_task(tx, "ur_no_units", subject_id=appointment.client_id, client_id=appointment.client_id, by=by)
