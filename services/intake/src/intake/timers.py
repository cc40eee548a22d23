"""What falls due in intake."""

from shared.db import Transaction
from shared.timers import Timer, due, timers

from intake.use_cases.expire_consent import expire_consent
from intake.use_cases.report_missed_access import report_missed_access
from intake.use_cases.report_missed_evaluation import report_missed_evaluation


async def on_triage_due(tx: Transaction, timer: Timer) -> None:
    await report_missed_access(tx, timer.subject, by=tx.by)


async def on_comprehensive_due(tx: Transaction, timer: Timer) -> None:
    await report_missed_evaluation(tx, timer.subject, by=tx.by)


async def on_consent_expiry(tx: Transaction, timer: Timer) -> None:
    await expire_consent(tx, timer.subject, by=tx.by)


TIMERS = timers(
    due("triage_due", on_triage_due),
    due("comprehensive_due", on_comprehensive_due),
    due("consent_expiry", on_consent_expiry),
)
