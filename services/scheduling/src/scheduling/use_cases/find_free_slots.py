from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from shared.auth import Principal
from shared.db import Transaction
from shared.errors import Invalid

from scheduling import queries
from scheduling.models import Availability
from scheduling.rules.recurrence import to_wall
from scheduling.rules.slots import LONGEST_RANGE, Span, free_slots, open_spans
from scheduling.schemas import SlotOut, SlotsOut, SlotWish

MOST = 500
A_DAY = timedelta(days=1)


async def find_free_slots(tx: Transaction, wish: SlotWish, *, by: Principal) -> SlotsOut:
    """Availability less what is booked, from now on; at most 500, earliest first."""
    if not wish.from_on <= wish.until_on <= wish.from_on + LONGEST_RANGE:
        raise Invalid("Ask for at most 62 days, the first before the last.", pointer="/until_on")
    opened = await queries.list_open(
        tx, wish.from_on, wish.until_on, provider_id=wish.provider_id, clinic_id=wish.clinic_id
    )
    fitting = [
        a
        for a in opened
        if (wish.kind is None or not a.kinds or wish.kind in a.kinds) and wish.modality in (None, a.modality)
    ]
    from_at, until_at = midnight(wish.from_on - A_DAY), midnight(wish.until_on + 2 * A_DAY)
    busy = await queries.list_busy(tx, {a.provider_id for a in fitting}, from_at, until_at)
    slots = {(s.provider_id, s.start_at): s for a in fitting for s in slots_of(a, busy[a.provider_id], wish, tx.now)}
    tx.audit("slot.list", by=by)
    return SlotsOut(items=sorted(slots.values(), key=lambda slot: slot.start_at)[:MOST])


def slots_of(opened: Availability, busy: list[Span], wish: SlotWish, now: datetime) -> Iterator[SlotOut]:
    minutes = wish.duration_minutes or opened.slot_minutes
    spans = open_spans(queries.pattern_of(opened), wish.from_on, wish.until_on)
    for slot in free_slots(
        spans,
        busy,
        length=timedelta(minutes=minutes),
        step=timedelta(minutes=opened.slot_minutes),
        buffer=timedelta(minutes=opened.buffer_minutes),
        not_before=now,
    ):
        yield SlotOut(
            provider_id=opened.provider_id,
            clinic_id=opened.clinic_id,
            availability_id=opened.id,
            modality=opened.modality,
            start_at=slot.start_at,
            end_at=slot.end_at,
            start_local=to_wall(slot.start_at, opened.timezone),
            timezone=opened.timezone,
            duration_minutes=minutes,
        )


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
