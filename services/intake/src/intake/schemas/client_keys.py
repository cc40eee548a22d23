"""The end of a client's key, and the accounting that stays."""

from uuid import UUID

from pydantic import AwareDatetime
from shared.schemas import In, LabelledOut, Out

from intake.rules.holds import DestructionReason
from intake.schemas.disclosures import DisclosureOut


class KeyDestructionWanted(In):
    """Nobody can take it back: notes, assessments and crisis narratives of the client are unreadable for good."""

    reason: DestructionReason


class KeyDestructionOut(LabelledOut):
    id: UUID
    client_id: UUID
    reason: DestructionReason
    destroyed_by: UUID
    destroyed_at: AwareDatetime


class AccountingOut(Out):
    """What was disclosed about a client that the law has accounted for, newest first."""

    client_id: UUID
    items: list[DisclosureOut]
