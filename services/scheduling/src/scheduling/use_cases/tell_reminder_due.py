from uuid import UUID

from shared.auth import Principal
from shared.contracts.scheduling import ReminderDue
from shared.db import Transaction

from scheduling import queries
from scheduling.rules.appointments import AWAITED


async def tell_reminder_due(tx: Transaction, appointment_id: UUID, *, hours: int, by: Principal) -> None:
    """Only while the client is still awaited. Nothing is sent from here."""
    appointment = await queries.get_appointment(tx, appointment_id)
    if appointment.client_id is None or appointment.status not in AWAITED:
        return
    tx.audit("appointment.remind", subject=appointment.client_id, resource=appointment.id, by=by)
    tx.publish(ReminderDue(appointment_id=appointment.id, client_id=appointment.client_id, hours_before=hours))
