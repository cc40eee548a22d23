"""Restrictions."""

from uuid import UUID

from privacy import DataClass
from pydantic import AwareDatetime
from shared.schemas import In, LabelledOut


class NewRestriction(In):
    """`is_self_paid`: paid in full by the client, so the plan is not told. Otherwise what we agreed to keep back."""

    is_self_paid: bool = False
    recipient_id: UUID | None = None
    data_class: DataClass | None = None


class RestrictionOut(LabelledOut):
    id: UUID
    client_id: UUID
    is_self_paid: bool
    recipient_id: UUID | None
    data_class: DataClass | None
    withdrawn_at: AwareDatetime | None
    version: int
