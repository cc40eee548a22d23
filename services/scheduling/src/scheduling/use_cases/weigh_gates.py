from collections.abc import Sequence

from shared.db import Transaction

from scheduling import queries
from scheduling.errors import GateClosed
from scheduling.models import Clinic
from scheduling.rules.appointments import TELEHEALTH
from scheduling.rules.gates import Booking, Verdict, check
from scheduling.rules.recurrence import Occurrence, day_in
from scheduling.schemas import NewAppointment, NewSeries


async def weigh_gates(
    tx: Transaction, new: NewAppointment | NewSeries, clinic: Clinic, occurrences: Sequence[Occurrence]
) -> list[Verdict]:
    """One verdict for each occurrence; GateClosed when a gate of any is shut and the agency lets it block."""
    if new.client_id is None:
        return [Verdict()] * len(occurrences)
    facts = await queries.load_facts(tx, new.client_id, new.provider_id)
    policies = await queries.load_policies(tx)
    verdicts = [check(booking(new, clinic, o, before), facts, policies) for before, o in enumerate(occurrences)]
    if blocked := sorted({gate for verdict in verdicts for gate in verdict.blocked}):
        raise GateClosed(f"Closed: {', '.join(blocked)}.", gates=blocked)
    return verdicts


def booking(new: NewAppointment | NewSeries, clinic: Clinic, when: Occurrence, before: int) -> Booking:
    is_telehealth = new.modality in TELEHEALTH
    service_date = day_in(when.start_at, clinic.timezone)
    return Booking(
        new.kind, when.start_at, service_date, is_telehealth, new.client_state if is_telehealth else None, before
    )
