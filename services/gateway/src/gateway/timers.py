"""What falls due in the gateway."""

from shared.db import Transaction
from shared.timers import Timer, due, timers

from gateway.use_cases.end_break_glass import end_break_glass_in_time
from gateway.use_cases.renew_holidays import renew_holidays
from gateway.use_cases.review_break_glass import escalate_review
from gateway.use_cases.sweep_sign_ins import KIND as SIGN_INS_SWEPT
from gateway.use_cases.sweep_sign_ins import sweep_sign_ins


async def on_holidays_due(tx: Transaction, timer: Timer) -> None:
    await renew_holidays(tx, timer.subject)


async def on_break_glass_over(tx: Transaction, timer: Timer) -> None:
    await end_break_glass_in_time(tx, timer.subject, by=tx.by)


async def on_break_glass_review_due(tx: Transaction, timer: Timer) -> None:
    await escalate_review(tx, timer.subject, by=tx.by)


async def on_sign_ins_swept(tx: Transaction, timer: Timer) -> None:
    await sweep_sign_ins(tx)


TIMERS = timers(
    due("holidays_due", on_holidays_due),
    due("break_glass_over", on_break_glass_over),
    due("break_glass_review_due", on_break_glass_review_due),
    due(SIGN_INS_SWEPT, on_sign_ins_swept),
)
