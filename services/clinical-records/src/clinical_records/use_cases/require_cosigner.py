from typing import Any

from shared.auth import Principal

from clinical_records.errors import WrongSupervisor
from clinical_records.rules.signing import refusal_to_cosign


def require_cosigner(row: Any, *, by: Principal) -> None:
    """Only the supervisor who was assigned on the day of service, and never the author."""
    refusal = refusal_to_cosign(row.author_id, row.supervisor_id, by.id)
    if refusal:
        raise WrongSupervisor(refusal)
