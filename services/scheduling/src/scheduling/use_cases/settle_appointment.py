from shared.contracts.tasks import TaskClosed
from shared.db import Transaction

from scheduling.models import Appointment


async def settle_appointment(tx: Transaction, appointment: Appointment) -> None:
    """It is kept, missed or cancelled: its clocks stop, and nobody need ask any more."""
    await tx.save(appointment)
    await tx.stop_timers(subject=appointment.id)
    if appointment.task_id is not None:
        tx.publish(
            TaskClosed(
                task_id=appointment.task_id, client_id=appointment.client_id, reason=appointment.status, at=tx.now
            )
        )
