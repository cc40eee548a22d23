from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.errors import SessionSigned
from workforce.models import SupervisionSession


async def sign_session(tx: Transaction, session_id: UUID, *, by: Principal) -> SupervisionSession:
    """Each of the two signs for themselves."""
    session = await queries.lock_session(tx, session_id)
    mine = "supervisor_signed_at" if session.supervisor_id == by.id else "supervisee_signed_at"
    if getattr(session, mine) is not None:
        raise SessionSigned("Your signature stands already; the other's may still be missing.")
    setattr(session, mine, tx.now)
    await tx.save(session)
    tx.audit("supervision.sign", resource=session.id, by=by)
    return session
