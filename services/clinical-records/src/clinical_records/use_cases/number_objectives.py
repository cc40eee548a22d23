from typing import Any
from uuid import UUID

from shared.db import Transaction

from clinical_records.errors import Incomplete
from clinical_records.rules.plans import objectives
from clinical_records.schemas.plans import PlanContent


def number_objectives(tx: Transaction, content: PlanContent, *, known: frozenset[UUID]) -> dict[str, Any]:
    """The plan's content as it is kept; each objective has an id, a continued one keeps its own."""
    body: dict[str, Any] = content.model_dump(mode="json", include=set(PlanContent.model_fields))
    for objective in objectives(body):
        kept = objective["id"]
        if kept is not None and UUID(kept) not in known:
            raise Incomplete("An objective with an id continues one of this plan.", pointer="/problems")
        objective["id"] = kept or str(tx.new_id("objective"))  # type: ignore[index]
    return body
