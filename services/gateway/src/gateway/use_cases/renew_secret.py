from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from gateway import queries
from gateway.errors import AppRevoked, SecretNotUsed
from gateway.schemas.partner_apps import PartnerAppSecret
from gateway.use_cases.make_secret import make_secret
from gateway.use_cases.show_secret import show_secret


async def renew_secret(tx: Transaction, app_id: UUID, *, by: Principal) -> PartnerAppSecret:
    """A new secret; the old one ends at once."""
    app = await queries.lock_app(tx, app_id)
    if app.revoked_at is not None:
        raise AppRevoked("The partner app is revoked; register it anew.")
    if app.secret_hash is None:
        raise SecretNotUsed("It signs in with keys of its own: register it anew to change them.")
    secret, app.secret_hash = make_secret()
    await tx.save(app)
    tx.audit("partner_app.renew_secret", resource=app.id, by=by)
    return show_secret(app, secret)
