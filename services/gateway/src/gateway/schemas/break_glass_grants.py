"""Break-glass grants and their reviews."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, SecretStr
from shared.schemas import In, Out

from gateway.fields import Explanation
from gateway.rules.break_glass import LONGEST_MINUTES, USUAL_MINUTES, EmergencyReason, GrantEnd, GrantStatus


class NewBreakGlassGrant(In):
    """Only for an emergency of treatment. `is_medical_emergency` opens records under 42 CFR Part 2 as well (2.51)."""

    client_id: UUID
    reason: EmergencyReason
    explanation: Explanation
    is_medical_emergency: bool = False
    one_time_code: SecretStr | None = Field(default=None, max_length=10, description="Of one's authenticator")
    minutes: int = Field(default=USUAL_MINUTES, ge=15, le=LONGEST_MINUTES)


class NewReview(In):
    is_justified: bool
    finding: Explanation


class BreakGlassGrantSummary(Out):
    """A grant without its words. It opens the record from `opened_at` to before `until`, or to `ended_at`."""

    id: UUID
    client_id: UUID
    staff_id: UUID
    supervisor_id: UUID | None
    reason: EmergencyReason
    is_medical_emergency: bool
    status: GrantStatus
    opened_at: datetime
    until: datetime
    ended_at: datetime | None
    end_reason: GrantEnd | None
    review_due_at: datetime
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    version: int


class BreakGlassGrantOut(BreakGlassGrantSummary):
    explanation: str
    finding: str | None


class BreakGlassFigures(Out):
    """Counts of the agency's grants. `overdue` of those not reviewed; `oldest_due_at` of them all."""

    active: int
    awaiting_review: int
    overdue: int
    oldest_due_at: datetime | None
    justified: int
    unjustified: int
