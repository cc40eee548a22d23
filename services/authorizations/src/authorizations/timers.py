"""What falls due here."""

from shared.db import Transaction
from shared.timers import Timer, due, timers

from authorizations.use_cases.expire_authorization import expire_authorization
from authorizations.use_cases.recheck_eligibility import recheck_eligibility
from authorizations.use_cases.warn_expiring import warn_expiring
from authorizations.use_cases.warn_payer_overdue import warn_payer_overdue


async def on_payer_due(tx: Transaction, timer: Timer) -> None:
    await warn_payer_overdue(tx, timer.subject, by=tx.by)


async def on_auth_expiring(tx: Transaction, timer: Timer) -> None:
    await warn_expiring(tx, timer.subject, days_left=int(timer.key), by=tx.by)


async def on_auth_expired(tx: Transaction, timer: Timer) -> None:
    await expire_authorization(tx, timer.subject, by=tx.by)


async def on_eligibility_recheck(tx: Transaction, timer: Timer) -> None:
    await recheck_eligibility(tx, timer.subject, by=tx.by)


TIMERS = timers(
    due("payer_due", on_payer_due),
    due("auth_expiring", on_auth_expiring),
    due("auth_expired", on_auth_expired),
    due("eligibility_recheck", on_eligibility_recheck),
)
