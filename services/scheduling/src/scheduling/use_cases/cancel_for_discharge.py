from datetime import date
from uuid import UUID

from shared.auth import Principal
from shared.contracts.scheduling import AppointmentCancelled
from shared.db import Transaction

from scheduling import queries
from scheduling.rules.appointments import Status
from scheduling.rules.attendance import Party
from scheduling.use_cases.settle_appointment import settle_appointment


async def cancel_for_discharge(
    tx: Transaction, episode_id: UUID, *, client_id: UUID, closed_on: date, by: Principal
) -> None:
    """The episode is over: nothing more is booked in it, and what was to come is cancelled."""
    await queries.keep_closed_episode(tx, episode_id, client_id, closed_on)
    for row in await queries.lock_future_of_episode(tx, episode_id, tx.now):
        row.status, row.cancelled_at, row.cancelled_by = Status.CANCELLED_PROVIDER, tx.now, Party.DISCHARGE
        row.reason_code = "discharge"
        await settle_appointment(tx, row)
        tx.publish(AppointmentCancelled(appointment_id=row.id, client_id=client_id, by=Party.DISCHARGE, at=tx.now))
    tx.audit("appointment.cancel_for_discharge", subject=client_id, resource=episode_id, by=by)
