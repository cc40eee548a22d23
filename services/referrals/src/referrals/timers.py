"""What falls due in referrals."""

from shared.db import Transaction
from shared.timers import Timer, due, timers

from referrals.use_cases.mark_service_stale import mark_service_stale
from referrals.use_cases.reach_consent_date import reach_consent_date


async def on_service_stale(tx: Transaction, timer: Timer) -> None:
    await mark_service_stale(tx, timer.subject, by=tx.by)


async def on_consent_date(tx: Transaction, timer: Timer) -> None:
    await reach_consent_date(tx, timer.subject, by=tx.by)


TIMERS = timers(due("service_stale", on_service_stale), due("consent_date", on_consent_date))
