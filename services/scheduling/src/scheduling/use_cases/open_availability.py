from shared.auth import Principal
from shared.contracts.scheduling import AvailabilityChanged
from shared.db import Transaction
from shared.errors import Invalid

from scheduling.errors import ClinicNotYours, NotYourCalendar
from scheduling.models import Availability
from scheduling.rules.slots import Window, windows_clash
from scheduling.rules.whose import may_use_clinic, may_write_calendar
from scheduling.schemas import NewAvailability


async def open_availability(tx: Transaction, new: NewAvailability, *, by: Principal) -> Availability:
    if not may_write_calendar(by.id, by.reach, new.provider_id, has_client=False):
        raise NotYourCalendar()
    if not may_use_clinic(by.clinics, new.clinic_id):
        raise ClinicNotYours()
    if windows_clash(Window(w.weekday, w.start, w.end) for w in new.windows):
        raise Invalid("Each window ends after it starts, and no two of one weekday overlap.", pointer="/windows")
    if new.effective_until and new.effective_until < new.effective_from:
        raise Invalid("The last day is before the first.", pointer="/effective_until")
    kept = new.model_dump(mode="json", include={"windows", "days_off", "kinds"})
    availability = await tx.add(Availability(**new.model_dump(exclude={"windows", "days_off", "kinds"}), **kept))
    tx.audit("availability.open", resource=availability.id, by=by)
    tx.publish(
        AvailabilityChanged(
            provider_id=new.provider_id, effective_from=new.effective_from, effective_until=new.effective_until
        )
    )
    return availability
