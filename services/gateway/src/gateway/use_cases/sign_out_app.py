from shared.clock import real_now
from shared.contracts.gateway import PartnerAppSignedOut
from shared.db import Transaction
from shared.signed_out import sign_out

from gateway import queries
from gateway.models import PartnerApp
from gateway.rules.sessions import EndReason
from gateway.use_cases.end_session import tell


async def sign_out_app(tx: Transaction, app: PartnerApp) -> None:
    """The app's tokens end, and so do the sessions of those who signed in through it."""
    await end_sessions_at(tx, app)
    tx.publish(PartnerAppSignedOut(app_id=app.id, since=await sign_out(tx, app.id)))


async def end_sessions_at(tx: Transaction, app: PartnerApp) -> None:
    for session_id in await queries.end_sessions_at(tx, app.client_id, real_now(), EndReason.REVOKED):
        await tell(tx, session_id)
