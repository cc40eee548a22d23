from shared.clock import real_now
from shared.db import Transaction

from gateway.models import SignInSession
from gateway.rules.sessions import EndReason


async def end_session(tx: Transaction, session: SignInSession, reason: EndReason) -> None:
    """No token of this family is taken any more. A session that has ended stays as it ended."""
    if session.ended_at is not None:
        return
    session.ended_at, session.end_reason = real_now(), reason
    await tx.save(session)
    tx.audit("session.end", resource=session.user_id, by=tx.by, code=reason)
