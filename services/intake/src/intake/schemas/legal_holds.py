"""Legal holds."""

from uuid import UUID

from pydantic import AwareDatetime
from shared.schemas import In, LabelledOut

from intake.rules.holds import HoldReason, HoldStatus


class NewLegalHold(In):
    """Without a client it holds the whole agency."""

    client_id: UUID | None = None
    reason: HoldReason


class LegalHoldOut(LabelledOut):
    id: UUID
    client_id: UUID | None
    reason: HoldReason
    status: HoldStatus
    placed_by: UUID
    placed_at: AwareDatetime
    released_by: UUID | None
    released_at: AwareDatetime | None
    version: int
