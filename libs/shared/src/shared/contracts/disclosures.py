"""Disclosures: any service tells what left by one of its exits, on its own topic; intake keeps the accounting."""

from datetime import datetime
from uuid import UUID

from shared.events import Event


class DisclosureMadeV2(Event, name="disclosure.made.v2", aggregate="disclosure_id"):
    """Something about a person left for a recipient outside, by which rule and on whose consent."""

    disclosure_id: UUID
    client_id: UUID
    recipient_id: UUID
    purpose: str
    data_classes: tuple[str, ...]
    rule_id: str
    consent_id: UUID | None = None
    at: datetime
