from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.errors import NotFound

from gateway import queries
from gateway.rules.sessions import EndReason
from gateway.use_cases.end_session import end_session, end_sessions


async def end_own_session(tx: Transaction, session_id: UUID, *, by: Principal) -> None:
    """Somebody else's session is as unknown as one that never was."""
    session = await queries.lock_session(tx, session_id)
    if session.user_id != by.id or session.ended_at is not None:
        raise NotFound()
    tx.expect(session)
    await end_session(tx, session, EndReason.ENDED_BY_USER)


async def sign_out(tx: Transaction, *, by: Principal) -> None:
    """Out of every program on every device, this one too."""
    await end_sessions(tx, by.id, EndReason.SIGNED_OUT)
    tx.audit("session.end_all", resource=by.id, by=by, code=EndReason.SIGNED_OUT)
