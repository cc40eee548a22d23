"""Sign-in sessions and passwords."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, SecretStr
from shared.schemas import In, Out


class SessionOut(Out):
    id: UUID
    client_id: str
    started_at: datetime
    used_at: datetime
    expires_at: datetime
    version: int


class PasswordChange(In):
    current: SecretStr = Field(max_length=200)
    new: SecretStr = Field(max_length=200)
