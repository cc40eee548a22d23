from uuid import UUID

from shared.auth import Principal
from shared.contracts.gateway import PartnerAppRevoked
from shared.db import Transaction
from shared.signed_out import admit_nobody, sign_out

from gateway import queries
from gateway.errors import AppRevoked
from gateway.models import PartnerApp
from gateway.use_cases.sign_out_app import end_sessions_at


async def revoke_partner_app(tx: Transaction, app_id: UUID, *, by: Principal) -> PartnerApp:
    """The app is out: no more tokens, and the ones that are out count nowhere any more."""
    await admit_nobody(tx)
    app = await queries.lock_app(tx, app_id)
    if app.revoked_at is not None:
        raise AppRevoked("The partner app is revoked already.")
    app.revoked_at = tx.now
    await tx.save(app)
    await end_sessions_at(tx, app)
    tx.audit("partner_app.revoke", resource=app.id, by=by)
    tx.publish(PartnerAppRevoked(app_id=app.id, since=await sign_out(tx, app.id)))
    return app
