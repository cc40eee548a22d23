from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.signed_out import admit_nobody

from gateway import queries
from gateway.rules.sessions import EndReason
from gateway.use_cases.end_session import end_sessions


async def begin_guardianship(tx: Transaction, guardian_id: UUID, *, client_id: UUID, by: Principal) -> None:
    """The guardian's account names the client from its next token on. What it is told is decided where it is asked."""
    account = await queries.lock_guardian(tx, guardian_id)
    if account is None or client_id in account.client_ids:
        return
    account.client_ids = sorted([*account.client_ids, client_id])
    await tx.save(account)
    tx.audit("user.grant_client", subject=client_id, resource=account.id, by=by)


async def end_guardianship(tx: Transaction, guardian_id: UUID, *, client_id: UUID, by: Principal) -> None:
    """The account names the client no more, and nobody is signed in with it who still does."""
    await admit_nobody(tx)
    account = await queries.lock_guardian(tx, guardian_id)
    if account is None or client_id not in account.client_ids:
        return
    account.client_ids = [one for one in account.client_ids if one != client_id]
    await tx.save(account)
    await end_sessions(tx, account.id, EndReason.GUARDIANSHIP_ENDED)
    tx.audit("user.withdraw_client", subject=client_id, resource=account.id, by=by)
