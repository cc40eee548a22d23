"""What falls due in the gateway."""

from shared.db import Transaction
from shared.timers import Timer, due, timers

from gateway.use_cases.renew_holidays import renew_holidays


async def on_holidays_due(tx: Transaction, timer: Timer) -> None:
    await renew_holidays(tx, timer.subject)


TIMERS = timers(due("holidays_due", on_holidays_due))
