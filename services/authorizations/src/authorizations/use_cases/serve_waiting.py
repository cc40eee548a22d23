from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Authorization
from authorizations.rules.appointments import AppointmentStatus
from authorizations.use_cases.close_tasks import close_tasks
from authorizations.use_cases.consume_unit import consume_unit
from authorizations.use_cases.reserve_unit import reserve_unit


async def serve_waiting(tx: Transaction, new: Authorization, *, by: Principal) -> None:
    """Appointments that no unit was left for take one of the new authorization, earliest first."""
    await close_tasks(tx, "ur_no_units", subject_id=new.client_id, reason="authorized")
    waiting = await queries.lock_waiting(
        tx, new.client_id, service_kind=new.service_kind, since=new.valid_from, until=new.valid_until
    )
    for appointment in waiting:
        take = consume_unit if appointment.status is AppointmentStatus.KEPT else reserve_unit
        await take(tx, appointment, by=by)
        await tx.save(appointment)
