"""User accounts."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from shared.schemas import Change, In, Out

from gateway.fields import Email, Username
from gateway.rules.roles import Role


class NewUser(In):
    """A person who may sign in. No clinic named: every clinic. Clients and guardians name their clients."""

    username: Username
    roles: list[Role] = Field(min_length=1, max_length=8)
    clinic_ids: list[UUID] = Field(default=[], max_length=200)
    client_ids: list[UUID] = Field(default=[], max_length=20)
    email: Email | None = None


class UserChange(Change):
    CLEARED = frozenset({"email"})

    roles: list[Role] | None = Field(default=None, min_length=1, max_length=8)
    clinic_ids: list[UUID] | None = Field(default=None, max_length=200)
    client_ids: list[UUID] | None = Field(default=None, max_length=20)
    email: Email | None = None


class UserOut(Out):
    id: UUID
    username: str
    roles: list[Role]
    clinic_ids: list[UUID]
    client_ids: list[UUID]
    email: str | None
    is_active: bool
    created_at: datetime
