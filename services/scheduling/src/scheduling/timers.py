"""What falls due: reminders 72, 24 and 2 hours before, and the question who came at the end of the day."""

from shared.db import Transaction
from shared.timers import Timer, due, timers

from scheduling.use_cases.ask_for_attendance import ask_for_attendance
from scheduling.use_cases.tell_reminder_due import tell_reminder_due


async def on_reminder_72(tx: Transaction, timer: Timer) -> None:
    await tell_reminder_due(tx, timer.subject, hours=72, by=tx.by)


async def on_reminder_24(tx: Transaction, timer: Timer) -> None:
    await tell_reminder_due(tx, timer.subject, hours=24, by=tx.by)


async def on_reminder_2(tx: Transaction, timer: Timer) -> None:
    await tell_reminder_due(tx, timer.subject, hours=2, by=tx.by)


async def on_no_show_check(tx: Transaction, timer: Timer) -> None:
    await ask_for_attendance(tx, timer.subject, by=tx.by)


TIMERS = timers(
    due("reminder_72", on_reminder_72),
    due("reminder_24", on_reminder_24),
    due("reminder_2", on_reminder_2),
    due("no_show_check", on_no_show_check),
)
