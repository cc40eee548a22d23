"""Care teams."""

from datetime import datetime
from uuid import UUID

from shared.schemas import In, LabelledOut

from clinical_records.rules.care_team import TeamRole


class NewMember(In):
    client_id: UUID
    episode_id: UUID
    member_id: UUID
    role: TeamRole
    is_primary: bool = False


class MemberOut(LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID
    member_id: UUID
    role: TeamRole
    is_primary: bool
    since: datetime
    until: datetime | None
