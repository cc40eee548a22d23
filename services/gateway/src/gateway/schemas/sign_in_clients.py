"""Sign-in clients and the agency's policy on signing in."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from shared.schemas import Change, In, Out

from gateway.rules.sign_in_clients import ClientKind


class NewSignInClient(In):
    """A program in which people sign in. Addresses are compared character by character."""

    kind: ClientKind
    partner_app_id: UUID | None = None
    redirect_uris: list[str] = Field(min_length=1, max_length=20)


class SignInClientChange(In):
    redirect_uris: list[str] = Field(min_length=1, max_length=20)


class SignInClientOut(Out):
    id: UUID
    kind: ClientKind
    partner_app_id: UUID | None
    redirect_uris: list[str]
    version: int
    created_at: datetime


class SignInPolicyChange(Change):
    staff_need_second_factor: bool | None = None
    session_minutes: int | None = Field(default=None, ge=15, le=10080)
    idle_minutes: int | None = Field(default=None, ge=15, le=10080)


class SignInPolicyOut(Out):
    staff_need_second_factor: bool
    session_minutes: int
    idle_minutes: int
