from shared.db import Transaction
from shared.outbound import Attempt, Outcome

from authorizations import queries
from authorizations.rules.answers import answer_of
from authorizations.rules.requests import WAITING
from authorizations.use_cases.record_disclosure import record_disclosure
from authorizations.use_cases.reject_request import reject_request
from authorizations.use_cases.settle_request import settle_request


async def record_payer_answer(tx: Transaction, attempt: Attempt, outcome: Outcome) -> None:
    """What came back from the payer. An answer to a request that was decided meanwhile changes nothing."""
    request = await queries.lock_request(tx, attempt.subject)
    if outcome.is_sent and attempt.kind == "payer.submit":
        record_disclosure(tx, request)
    if request.status not in WAITING:
        return
    if outcome.is_sent:
        await settle_request(tx, request, answer_of(outcome.facts), by=tx.by)
    else:
        await reject_request(tx, request, str(outcome.facts.get("reason", "refused")), by=tx.by)
