"""What clinical-records does when something falls due."""

from shared.db import Transaction
from shared.timers import Timer, due, timers

from clinical_records.use_cases.call_for_measure import call_for_measure
from clinical_records.use_cases.call_for_plan_review import call_for_plan_review
from clinical_records.use_cases.expire_measure import expire_measure
from clinical_records.use_cases.flag_overdue_note import flag_overdue_note


async def on_measure_due(tx: Transaction, timer: Timer) -> None:
    await call_for_measure(tx, timer.subject, by=tx.by)


async def on_measure_expired(tx: Transaction, timer: Timer) -> None:
    await expire_measure(tx, timer.subject, by=tx.by)


async def on_plan_review_due(tx: Transaction, timer: Timer) -> None:
    await call_for_plan_review(tx, timer.subject, by=tx.by)


async def on_note_overdue(tx: Transaction, timer: Timer) -> None:
    await flag_overdue_note(tx, timer.subject, by=tx.by)


TIMERS = timers(
    due("measure_due", on_measure_due),
    due("measure_expired", on_measure_expired),
    due("plan_review_due", on_plan_review_due),
    due("note_overdue", on_note_overdue),
)
