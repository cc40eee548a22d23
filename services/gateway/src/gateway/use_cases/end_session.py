from uuid import UUID

from shared.clock import real_now
from shared.contracts.gateway import SessionEnded
from shared.db import Transaction
from shared.signed_out import sign_out

from gateway import queries
from gateway.models import SignInSession
from gateway.rules.sessions import EndReason


async def end_session(tx: Transaction, session: SignInSession, reason: EndReason) -> None:
    """No token of this session counts anywhere any more. A session that has ended stays as it ended."""
    if session.ended_at is not None:
        return
    session.ended_at, session.end_reason = real_now(), reason
    await tx.save(session)
    await tell(tx, session.id)
    tx.audit("session.end", resource=session.user_id, by=tx.by, code=reason)


async def end_sessions(tx: Transaction, user_id: UUID, reason: EndReason) -> None:
    """Out of every program on every device."""
    for session_id in await queries.end_sessions(tx, user_id, real_now(), reason):
        await tell(tx, session_id)


async def tell(tx: Transaction, session_id: UUID) -> None:
    tx.publish(SessionEnded(session_id=session_id, since=await sign_out(tx, session_id)))
