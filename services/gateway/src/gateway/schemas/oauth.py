"""Tokens and published keys."""

from typing import Any

from pydantic import Field
from shared.schemas import Out


class TokenOut(Out):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105
    expires_in: int
    scope: str
    refresh_token: str | None = Field(default=None, description="Where a person signed in; each is good for one use.")


class JwksOut(Out):
    keys: list[dict[str, Any]]
