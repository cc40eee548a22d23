"""What the gateway tells: agencies, clinics, people who sign in, emergency access."""

from datetime import date, datetime
from uuid import UUID

from shared.events import Event


class GatewayEvent(Event, topic="gateway"):
    pass


class AgencyChanged(GatewayEvent, name="agency.changed.v1", aggregate="agency_id"):
    """An agency was created or changed. `holidays` are the days on which its business clocks do not run."""

    agency_id: UUID
    timezone: str
    holidays: tuple[date, ...] = ()
    is_active: bool = True


class AgencySuspended(GatewayEvent, name="agency.suspended.v1", aggregate="agency_id"):
    """`since`, by the time on the wall: no older token of its people and its apps counts."""

    agency_id: UUID
    since: datetime


class ClinicChanged(GatewayEvent, name="clinic.changed.v1", aggregate="clinic_id"):
    clinic_id: UUID
    timezone: str
    is_active: bool = True


class UserRoleChanged(GatewayEvent, name="user.role_changed.v1", aggregate="user_id"):
    user_id: UUID
    roles: tuple[str, ...]
    clinic_ids: tuple[UUID, ...] = ()


class UserDeactivated(GatewayEvent, name="user.deactivated.v1", aggregate="user_id"):
    """`since`, by the time on the wall: no older token of this person counts."""

    user_id: UUID
    since: datetime | None = None


class PartnerAppRevoked(GatewayEvent, name="partner_app.revoked.v1", aggregate="app_id"):
    """A partner app was revoked: none of its tokens from before `since`, by the time on the wall, counts."""

    app_id: UUID
    since: datetime


class PartnerAppSignedOut(GatewayEvent, name="partner_app.signed_out.v1", aggregate="app_id"):
    """A partner app was suspended or given other rights: none of its tokens from before `since` counts."""

    app_id: UUID
    since: datetime


class TokenRevoked(GatewayEvent, name="token.revoked.v1", aggregate="token_id"):
    """One access token was ended before its time (RFC 7009). `token_id` is its `jti`."""

    token_id: UUID
    since: datetime


class SessionEnded(GatewayEvent, name="session.ended.v1", aggregate="session_id"):
    """Somebody was signed out of one program: none of the session's tokens from before `since` counts."""

    session_id: UUID
    since: datetime


class BreakGlassOpened(GatewayEvent, name="break_glass.opened.v1", aggregate="grant_id"):
    """In an emergency one member of staff may read one client's record until then.

    `opens`: data class → the rule that permits it, for records of the named episodes, which are outside of Part 2;
    `opens_part2` for those of every other, and for records of no episode where the client has one of Part 2.
    """

    grant_id: UUID
    client_id: UUID
    staff_id: UUID
    opened_at: datetime
    until: datetime
    opens: dict[str, str]
    opens_part2: dict[str, str]
    episode_ids: tuple[UUID, ...]
    has_part2: bool


class BreakGlassClosed(GatewayEvent, name="break_glass.closed.v1", aggregate="grant_id"):
    """It opens nothing any more: its time was over, or somebody ended it."""

    grant_id: UUID
    client_id: UUID
    staff_id: UUID
    ended_at: datetime
    reason: str


class BreakGlassReviewed(GatewayEvent, name="break_glass.reviewed.v1", aggregate="grant_id"):
    """The privacy officer judged it. `is_justified` false: an incident to follow up."""

    grant_id: UUID
    client_id: UUID
    staff_id: UUID
    reviewed_by: UUID
    is_justified: bool
    at: datetime
