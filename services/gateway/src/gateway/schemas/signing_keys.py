"""Signing keys."""

from datetime import datetime

from shared.schemas import Out

from gateway.rules.keys import KeyStatus


class SigningKeyOut(Out):
    """A key of ours. `signs_from`: when every verifier has it; until then the one before signs."""

    kid: str
    status: KeyStatus
    created_at: datetime
    signs_from: datetime
    active_at: datetime | None
    retired_at: datetime | None
