"""What falls due in workforce."""

from shared.db import Transaction
from shared.timers import Timer, due, timers

from workforce.use_cases.expire_credential import expire_credential
from workforce.use_cases.mark_task_overdue import mark_task_overdue
from workforce.use_cases.turn_supervision import turn_supervision
from workforce.use_cases.warn_of_expiry import warn_of_expiry


async def on_credential_expiring(tx: Transaction, timer: Timer) -> None:
    await warn_of_expiry(tx, timer.subject, by=tx.by)


async def on_credential_expired(tx: Transaction, timer: Timer) -> None:
    await expire_credential(tx, timer.subject, by=tx.by)


async def on_supervision_day(tx: Transaction, timer: Timer) -> None:
    await turn_supervision(tx, timer.subject, by=tx.by)


async def on_task_overdue(tx: Transaction, timer: Timer) -> None:
    await mark_task_overdue(tx, timer.subject, by=tx.by)


TIMERS = timers(
    due("credential_expiring", on_credential_expiring),
    due("credential_expired", on_credential_expired),
    due("supervision_day", on_supervision_day),
    due("task_overdue", on_task_overdue),
)
