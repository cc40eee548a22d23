from shared.db import Transaction
from shared.outbound import Attempt, Outcome

from authorizations import queries
from authorizations.rules.eligibility import NEXT, read_benefits
from authorizations.use_cases.settle_eligibility import settle_eligibility


async def record_eligibility(tx: Transaction, attempt: Attempt, outcome: Outcome) -> None:
    """The payer's answer to an eligibility check; a refusal is an error, never an absence of duties."""
    check = await queries.lock_check(tx, attempt.subject)
    if NEXT[check.status]:
        await settle_eligibility(tx, check, read_benefits(outcome.facts, check.service_types), by=tx.by)
