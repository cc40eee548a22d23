from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from gateway import queries
from gateway.errors import AppRevoked
from gateway.models import PartnerApp


async def revoke_partner_app(tx: Transaction, app_id: UUID, *, by: Principal) -> PartnerApp:
    """No more tokens for this app; the one that is out lives ten minutes at most."""
    app = await queries.lock_app(tx, app_id)
    if app.revoked_at is not None:
        raise AppRevoked("The partner app is revoked already.")
    app.revoked_at = tx.now
    await tx.save(app)
    tx.audit("partner_app.revoke", resource=app.id, by=by)
    return app
