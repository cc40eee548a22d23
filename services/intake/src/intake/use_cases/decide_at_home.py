from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from shared.auth import Principal
from shared.db import Database

from intake.schemas.disclosures import DisclosureQuestion
from intake.use_cases.evaluate_disclosures import evaluate_disclosures

Decide = Callable[[Principal, Sequence[dict[str, Any]]], Awaitable[Mapping[str, Any]]]


def decide_at_home(database: Database) -> Decide:
    """Intake's own exits ask here, as the others do over the network: the same question, the same transaction."""

    async def decide(by: Principal, questions: Sequence[dict[str, Any]]) -> Mapping[str, Any]:
        asked = [DisclosureQuestion.model_validate(question) for question in questions]
        asker = Principal.system("intake", agency_id=by.agency_id)
        async with database.transaction(asker, request_id=f"exit:{by.id}") as tx:
            answers = await evaluate_disclosures(tx, asked, by=tx.by)
        return answers.model_dump(mode="json")

    return decide
