from uuid import UUID

from shared.auth import Principal
from shared.contracts.scheduling import AvailabilityChanged
from shared.db import Transaction
from shared.errors import Invalid

from scheduling import queries
from scheduling.errors import NotYourCalendar
from scheduling.models import Availability
from scheduling.rules.whose import may_write_calendar
from scheduling.schemas import AvailabilityChange


async def change_availability(
    tx: Transaction, availability_id: UUID, change: AvailabilityChange, *, by: Principal
) -> Availability:
    availability = await queries.lock_availability(tx, availability_id)
    tx.expect(availability)
    if not may_write_calendar(by.id, by.reach, availability.provider_id, has_client=False):
        raise NotYourCalendar()
    if change.effective_until and change.effective_until < availability.effective_from:
        raise Invalid("The last day is before the first.", pointer="/effective_until")
    if "effective_until" in change.model_fields_set:
        availability.effective_until = change.effective_until
    if change.days_off is not None:
        availability.days_off = [day.isoformat() for day in change.days_off]
    await tx.save(availability)
    tx.audit("availability.change", resource=availability.id, by=by)
    tx.publish(
        AvailabilityChanged(
            provider_id=availability.provider_id,
            effective_from=availability.effective_from,
            effective_until=availability.effective_until,
        )
    )
    return availability
