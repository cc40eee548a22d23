"""The sandbox: its people, its clock, the trail of an event."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from shared.schemas import In, Out


class SandboxSignIn(In):
    """Who to be. Sandbox only: outside it a person's token comes from signing in."""

    agency: str = Field(max_length=40, description="The agency's slug")
    username: str = Field(max_length=64)
    purpose: str = Field(default="TREAT", pattern="^(TREAT|ETREAT|BTG|HPAYMT|HOPERAT|PATRQT)$")


class SandboxPerson(Out):
    agency: str
    username: str
    user_id: UUID
    roles: list[str]


class SandboxPeople(Out):
    items: list[SandboxPerson]


class ClockMove(In):
    """Where to move the platform's clock: forward by an ISO 8601 duration, or to a time. Never backward."""

    advance: str | None = Field(default=None, max_length=40, examples=["P7D"])
    to: datetime | None = None


class ClockOut(Out):
    """`steps`: how often the clock stopped on the way. `fired`: at how many of these stops something fell due.

    `stuck`: services whose work did not move any more; the clock passed by.
    """

    now: datetime
    steps: int = 0
    fired: int = 0
    stuck: tuple[str, ...] = ()


class EffectOut(Out):
    """What an event did in a service, and how many milliseconds after the event was committed."""

    service: str
    at: datetime
    ms: float


class ToldOut(Out):
    """An event about a client: who told it, and each effect that it had."""

    event_id: UUID
    event: str
    service: str
    aggregate_id: UUID
    sequence: int
    at: datetime
    effects: list[EffectOut]


class TrailOut(Out):
    items: list[ToldOut]
