"""What falls due in the gateway."""

from shared.db import Transaction
from shared.timers import Timer, due, timers

from gateway.use_cases.end_break_glass import end_break_glass_in_time
from gateway.use_cases.renew_holidays import renew_holidays
from gateway.use_cases.review_break_glass import escalate_review


async def on_holidays_due(tx: Transaction, timer: Timer) -> None:
    await renew_holidays(tx, timer.subject)


async def on_break_glass_over(tx: Transaction, timer: Timer) -> None:
    await end_break_glass_in_time(tx, timer.subject, by=tx.by)


async def on_break_glass_review_due(tx: Transaction, timer: Timer) -> None:
    await escalate_review(tx, timer.subject, by=tx.by)


TIMERS = timers(
    due("holidays_due", on_holidays_due),
    due("break_glass_over", on_break_glass_over),
    due("break_glass_review_due", on_break_glass_review_due),
)
